using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The simulator as CI runs it. SIM_FIRST_SEED and SIM_SECONDS make another run of it.</summary>
[OneTry]
public sealed class SimulationTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    private static string Program => Repository.PathOf(
        "tests", "ChatProtocol.Simulation", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "simulate");

    public static IEnumerable<TheoryDataRow<string>> BrokenVariants =>
        System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Program, "--list-broken") { RedirectStandardOutput = true })!
            .StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => new TheoryDataRow<string>(name));

    [Theory(Timeout = 60_000)]
    [InlineData(4)]
    [InlineData(7)]
    public async Task Two_processes_have_the_same_trace_for_a_seed(int seed)
    {
        var first = (await RunAsync("--seed", $"{seed}")).Done();
        var second = (await RunAsync("--seed", $"{seed}")).Done();

        Assert.Matches($"^seed {seed}: trace [0-9a-f]{{16}}$", first.Lines[0]);
        Assert.Equal(first.Lines[0], second.Lines[0]);
    }

    [Fact(Timeout = 600_000)]
    public async Task Half_a_minute_of_seeds_shows_no_violation()
    {
        var result = await RunAsync("--first-seed", Setting("SIM_FIRST_SEED", "1"), "--seconds", Setting("SIM_SECONDS", "30"));
        TestContext.Current.TestOutputHelper?.WriteLine(result.Output);

        Assert.True(result.ExitCode == 0, result.Output);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(BrokenVariants))]
    public async Task A_broken_variant_is_noticed(string variant)
    {
        var result = await RunAsync("--broken", variant, "--seconds", "60");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"replay: simulate --seed", result.Output, StringComparison.Ordinal);
    }

    private static Task<ToolResult> RunAsync(params string[] arguments) => ToolProcess.RunAsync(Program, arguments, Nothing);

    private static string Setting(string name, string otherwise) => Environment.GetEnvironmentVariable(name) ?? otherwise;
}
