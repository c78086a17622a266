using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The comparison with other servers, for a moment: that it runs and counts right, not how fast anything is.</summary>
[Collection(nameof(PublishingTests))]
public sealed class ComparisonTests(NativeChatd native) : IClassFixture<NativeChatd>
{
    private static readonly string Script = Repository.PathOf("tests", "ChatProtocol.Benchmarks", "compare.sh");

    private static readonly string[] Peers = ["bare", "chat"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task Each_server_is_given_each_work_and_delivers_all_of_it()
    {
        var works = new Dictionary<string, string> { ["W1"] = "per_s", ["W3"] = "per_s", ["W4"] = "p50_us", ["W6"] = "per_s", ["W6f"] = "per_s" };
        using var folder = new TemporaryFolder();
        var result = await ToolProcess.RunAsync(Script,
            ["-r", "1", "-s", "0.2", "-u", "0.1", "-w", string.Join(' ', works.Keys), "-p", "bare chat", "-o", folder.File("runs")],
            new Dictionary<string, string> { ["CHATD"] = native.Program });

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        var runs = (await File.ReadAllLinesAsync(folder.File("runs"), Stop)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(works.Keys.SelectMany(_ => Peers, (work, peer) => (work, peer)), runs.Select(run => (run.GetProperty("work").GetString()!, run.GetProperty("peer").GetString()!)));
        Assert.All(runs, run =>
        {
            Assert.Equal(0, run.GetProperty("missing").GetInt64());
            Assert.True(run.GetProperty("posts").GetInt64() > 0);
            Assert.True(run.GetProperty(works[run.GetProperty("work").GetString()!]).GetDouble() > 0);
        });
        Assert.Equal(works.Count, result.Output.Split('\n').Count(line => line.StartsWith("| chat |", StringComparison.Ordinal) && line.EndsWith("| none |", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_over_TLS_is_given_the_same_work_and_delivers_all_of_it()
    {
        using var folder = new TemporaryFolder();
        var result = await ToolProcess.RunAsync(Script,
            ["-r", "1", "-s", "1", "-u", "0.5", "-w", "W1", "-p", "chat+tls", "-o", folder.File("runs")], new Dictionary<string, string> { ["CHATD"] = native.Program });

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        var runs = (await File.ReadAllLinesAsync(folder.File("runs"), Stop)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var run = Assert.Single(runs);
        Assert.True(run.GetProperty("missing").GetInt64() == 0 && run.GetProperty("per_s").GetDouble() > 0, $"{run}");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("there is no work W9; there are W1 W2 W3 W4 W5 W6 W6f", "-w", "W9")]
    [InlineData("there is no peer carrier-pigeon; there are bare, nats, redis, chat, jit, and nats+tls, chat+tls, jit+tls", "-p", "carrier-pigeon")]
    public async Task A_work_or_a_peer_that_there_is_not_is_told(string message, params string[] arguments)
    {
        var result = await ToolProcess.RunAsync(Script, ["-r", "1", .. arguments], new Dictionary<string, string> { ["CHATD"] = native.Program });

        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith($"compare.sh: {message}\n", result.Error, StringComparison.Ordinal);
    }
}
