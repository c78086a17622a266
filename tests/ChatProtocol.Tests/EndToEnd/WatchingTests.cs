using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Lists that are asked for again and again, and chatctl top.</summary>
public sealed class WatchingTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("rooms", "--watch", "100ms")]
    [InlineData("list", "--watch=100ms")]
    [InlineData("status", "--watch", "100ms")]
    [InlineData("top", "--every", "100ms")]
    public async Task Each_round_is_an_object_a_line_with_its_time_until_it_is_interrupted(params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        await using var watching = ToolProcess.Start(
            ToolProcess.Program("chatctl"), [.. command, "-o", "ndjson", "--data", installation.Data], installation.User("operator").Environment);

        var times = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            using var line = JsonDocument.Parse((await watching.ReadLineAsync())!);
            Assert.Empty(JsonSchema.FaultsOf(line.RootElement));
            times.Add(line.RootElement.GetProperty("time").GetString()!);
        }
        Assert.Equal(times.Distinct().Order(StringComparer.Ordinal), times);
        watching.Signal(PosixSignal.SIGINT);

        var ended = await watching.EndAsync();
        Assert.Equal((130, ""), (ended.ExitCode, ended.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_that_nobody_reads_any_more_is_asked_for_no_more()
    {
        await using var installation = await Installation.StartAsync();
        var result = await ToolProcess.RunAsync("sh", ["-c", "\"$@\" | head -n 2", "sh", ToolProcess.Program("chatctl"), "rooms", "--watch", "100ms", "--data", installation.Data], installation.User("operator").Environment);

        Assert.Equal(["ID  ROOM   KIND    MESSAGES  PRESENT  LAST", "1   lobby  public  0         0        -"], result.Done().Lines);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_terminal_shows_the_list_as_it_is_now_and_what_it_showed_before_afterwards()
    {
        await using var installation = await Installation.StartAsync();
        await using var terminal = await TmuxTerminal.StartAsync(
            ToolProcess.Program("chatctl"), ["rooms", "--watch", "100ms", "--data", installation.Data], installation.User("operator").Environment, columns: 80, rows: 24);
        await terminal.WaitForAsync("chatctl rooms every 0.1 s", "Ctrl-C ends", "lobby");
        await installation.User("ann").SendAsync("hi", "--room", "茶馆");

        var screen = await terminal.WaitForAsync("茶馆");

        Assert.Single(screen.Split('\n'), line => line.Contains("lobby", StringComparison.Ordinal));
        await terminal.PressAsync("C-c");
        Assert.DoesNotContain("lobby", await terminal.WaitForExitAsync(130), StringComparison.Ordinal);
        Assert.Equal(terminal.Modes.Before, terminal.Modes.After);
    }

    [Fact(Timeout = 60_000)]
    public async Task Top_shows_the_work_of_the_server_on_a_small_screen()
    {
        await using var installation = await Installation.StartAsync();
        await using var reader = installation.User("ann").StartChat("tail", "--room", "lobby");
        await installation.WaitForSessionsAsync("ann", 1);
        await using var terminal = await TmuxTerminal.StartAsync(
            ToolProcess.Program("chatctl"), ["top", "--every", "2s", "--data", installation.Data], installation.User("operator").Environment, columns: 80, rows: 24);
        await terminal.WaitForAsync("posts 0.0/s  delivered 0.0/s", "no messages in public rooms");
        await installation.User("bob").SendAsync("hi");

        var screen = await terminal.WaitForAsync("chatd/", "connections ", "ROOM   MESSAGES/S  PRESENT  MESSAGES");
        Assert.Matches(@"\nlobby  0\.\d         1        1\n", screen);
        Assert.Matches(@"\nposts \d\.\d/s  delivered \d\.\d/s  commits \d+\.\d/s\ncommit mean ", screen);
        await terminal.PressAsync("C-c");
        await terminal.WaitForExitAsync(130);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("what is repeated has no end, and an array has one: take -o ndjson", "rooms", "--watch", "-o", "json")]
    [InlineData("--watch takes seconds, or a number and its unit", "rooms", "--watch", "soon")]
    [InlineData("at least 100ms", "rooms", "--watch", "0")]
    [InlineData("--watch is given nothing", "rooms", "--watch=")]
    public async Task What_cannot_be_watched_is_wrong_usage(string because, params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        var result = await installation.ChatctlAsync(command);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(because, result.Error, StringComparison.Ordinal);
    }
}
