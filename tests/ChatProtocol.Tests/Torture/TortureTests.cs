using System.Globalization;
using System.Text;
using ChatProtocol.Torture;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Builds what is tortured, once, in a copy of the source.</summary>
public sealed class TortureChamber : IAsyncLifetime
{
    internal ChatdBuilder Builder { get; } = new(Repository.Root);

    internal string PowerLoss { get; private set; } = "";

    public async ValueTask InitializeAsync() => PowerLoss = await Builder.CompilePowerLossAsync();

    public ValueTask DisposeAsync()
    {
        Builder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// The real server under the real SDK, killed again and again: in a few cycles what the program does for hours. Nothing
/// else runs beside it, for it needs all processors.
/// </summary>
[CollectionDefinition(nameof(TortureTests), DisableParallelization = true)]
[Collection(nameof(TortureTests))]
[OneTry]
public sealed class TortureTests(TortureChamber chamber) : IClassFixture<TortureChamber>
{
    public static TheoryData<string> Variants =>
        [.. Directory.GetFiles(Repository.PathOf("tests", "ChatProtocol.Torture", "variants"), "*.patch").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    private static TimeSpan Time =>
        TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("TORTURE_SECONDS") ?? "20", CultureInfo.InvariantCulture));

    [Spec("CP-DEL-001", "CP-DEL-003", "CP-DEL-006", "CP-DEL-011", "CP-DEL-012")]
    [Fact(Timeout = 4 * 3600_000)]
    public async Task Nothing_is_lost_doubled_out_of_order_or_missing_however_the_server_ends()
    {
        var run = await RunAsync(await chamber.Builder.PublishAsync(), new TortureOptions { Time = Time, CyclesPerRound = 12 });

        Assert.True(run.Verdicts.Count == 0, $"{run.Describe()}\n{string.Join('\n', run.Verdicts.Take(10))}\nkept: {run.Folder}");
        Assert.True(run.Cycles > 2, run.Describe());
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Variants))]
    public async Task A_server_that_is_broken_on_purpose_is_caught(string variant)
    {
        var run = await RunAsync(await chamber.Builder.BuildAsync(variant), new TortureOptions { Time = TimeSpan.FromSeconds(120), CyclesPerRound = 6, IsBroken = true });

        Assert.True(run.Verdicts.Count > 0, $"{variant} was not caught: {run.Describe()}");
    }

    [Fact(Timeout = 600_000)]
    public async Task Only_the_test_build_has_failpoints()
    {
        var release = await File.ReadAllBytesAsync(
            ChatdProcess.Native ?? Path.Combine(Path.GetDirectoryName(ChatdProcess.Built)!, "ChatProtocol.Server.dll"), TestContext.Current.CancellationToken);
        var tortured = await File.ReadAllBytesAsync(await chamber.Builder.PublishAsync(), TestContext.Current.CancellationToken);

        // Strings stand in assemblies and in native programs as UTF-16.
        foreach (var text in (string[])["CHATD_FAILPOINT", "commit.ready", "answers.send", "backup.done"])
        {
            Assert.Equal(-1, release.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)));
            Assert.NotEqual(-1, tortured.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)));
        }
    }

    private async Task<TortureRun> RunAsync(string program, TortureOptions options)
    {
        var output = TestContext.Current.TestOutputHelper!;
        var run = new TortureRun(options, program, chamber.PowerLoss, output.WriteLine);
        output.WriteLine($"seed {options.Seed}");
        await run.RunAsync();
        return run;
    }
}
