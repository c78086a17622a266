using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Compiling to native code takes all that the machine has, and so has it to itself.</summary>
[CollectionDefinition(nameof(PublishingTests), DisableParallelization = true)]
[Collection(nameof(PublishingTests))]
public sealed class PublishingTests
{
    [Theory(Timeout = 600_000)]
    [InlineData("chat")]
    [InlineData("chatctl")]
    [InlineData("chatbench")]
    public async Task Publishing_as_native_code_gives_no_warnings_and_one_file_that_starts(string tool)
    {
        using var folder = new TemporaryFolder();
        var published = await Dotnet.PublishAsync(tool, folder);
        Assert.Equal([tool], Directory.EnumerateFileSystemEntries(published).Select(Path.GetFileName));

        var version = await ToolProcess.RunAsync(Path.Combine(published, tool), ["--version"], new Dictionary<string, string>());
        Assert.Matches($@"\A{tool} \d+\.\d+\.\d+\n\z", version.Done().Output);
    }

    [Fact(Timeout = 600_000)]
    public async Task A_bot_of_the_SDK_becomes_one_native_file_without_a_warning_and_answers()
    {
        using var folder = new TemporaryFolder();
        var published = await Dotnet.PublishAsync(Repository.PathOf("tests", "samples", "bot"), folder);
        Assert.DoesNotContain(Directory.EnumerateFiles(published), file => Path.GetExtension(file) is ".dll" or ".so");

        await using var server = await Installation.StartAsync();
        await using (SampleProgram.StartThis(Path.Combine(published, "bot"), folder, server.Address))
            await BotConversation.HoldAsync(server);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{new FileInfo(Path.Combine(published, "bot")).Length / 1e6:0.0} MB, {await StartAsync(Path.Combine(published, "bot"), folder):0} ms until it greets the server");
    }

    /// <summary>The least of ten times from the start of a bot to its first byte, in milliseconds.</summary>
    private static async Task<double> StartAsync(string bot, TemporaryFolder folder)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var least = double.MaxValue;
        for (var run = 0; run < 10; run++)
        {
            var start = Stopwatch.GetTimestamp();
            await using var started = SampleProgram.StartThis(bot, folder, $"chat://{listener.LocalEndpoint}");
            using var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
            await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return least;
    }
}
