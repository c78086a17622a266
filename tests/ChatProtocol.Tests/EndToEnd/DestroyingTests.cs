using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Questions and dry runs before what cannot be taken back.</summary>
public sealed class DestroyingTests
{
    [Fact(Timeout = 120_000)]
    public async Task Somebody_on_a_terminal_is_asked_before_the_server_stops()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = installation.User("ann").StartChat("tail");
        await installation.WaitForSessionsAsync("ann", 1);
        await using (var terminal = await AskAsync(installation, "shutdown"))
        {
            await terminal.WaitForAsync("Stop the server, and end 1 session? [y/N]");
            await terminal.EnterAsync("n");
            Assert.Contains("the server goes on", await terminal.WaitForExitAsync(1), StringComparison.Ordinal);
        }
        await using (var terminal = await AskAsync(installation, "shutdown"))
        {
            await terminal.WaitForAsync("[y/N]");
            await terminal.EnterAsync("y");
            Assert.Contains("the server has stopped", await terminal.WaitForExitAsync(0), StringComparison.Ordinal);
        }
        (await ann.EndAsync()).Done();
    }

    [Fact(Timeout = 120_000)]
    public async Task Somebody_on_a_terminal_is_asked_before_a_text_is_erased_unless_the_answer_is_given()
    {
        await using var installation = await Installation.StartAsync();
        await installation.User("ann").SendAsync("swordfish");
        await using (var terminal = await AskAsync(installation, "erase", "lobby", "1"))
        {
            var screen = await terminal.WaitForAsync("Erase message 1 of lobby, which ann posted at 20", "for good? [y/N]");
            Assert.DoesNotContain("swordfish", screen, StringComparison.Ordinal);
            await terminal.EnterAsync("");
            Assert.Contains("nothing was erased", await terminal.WaitForExitAsync(1), StringComparison.Ordinal);
        }
        Assert.Contains("swordfish", (await installation.User("ann").ChatAsync("history")).Done().Output, StringComparison.Ordinal);
        await using (var terminal = await AskAsync(installation, "erase", "lobby", "1", "--yes"))
            Assert.Contains("erased message 1", await terminal.WaitForExitAsync(0), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Somebody_on_a_terminal_is_asked_before_a_ban_of_several()
    {
        await using var installation = await Installation.StartAsync();
        await using var first = installation.User("ann").StartChat("tail", "--retry-for", "0s");
        await installation.WaitForSessionsAsync("ann", 1);
        await using (var terminal = await AskAsync(installation, "ban", "ann", "--for", "1h"))
            Assert.DoesNotContain("[y/N]", await terminal.WaitForExitAsync(0), StringComparison.Ordinal);
        (await installation.ChatctlAsync("unban", "ann")).Done();
        await first.EndAsync();

        await using var again = installation.User("ann").StartChat("tail", "--retry-for", "0s");
        await using var twice = installation.User("ann").StartChat("tail", "--retry-for", "0s");
        await installation.WaitForSessionsAsync("ann", 1, 1);
        await using (var terminal = await AskAsync(installation, "ban", "ann"))
        {
            await terminal.WaitForAsync("The ban of ann closes 2 connections. Go on? [y/N]");
            await terminal.EnterAsync("no");
            Assert.Contains("nobody was banned", await terminal.WaitForExitAsync(1), StringComparison.Ordinal);
        }
        Assert.Equal("[]\n", (await installation.ChatctlAsync("bans", "-o", "json")).Done().Output);
        await installation.WaitForSessionsAsync("ann", 1, 1);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_dry_run_tells_what_would_be_done_and_does_nothing()
    {
        await using var installation = await Installation.StartAsync();
        await installation.User("ann").SendAsync("hello", "--room", "tea");
        await using var ann = installation.User("ann").StartChat("tail", "--room", "tea");
        await installation.WaitForSessionsAsync("ann", 1);

        Assert.Equal("room tea with 1 message and 1 user present would be removed\n", (await installation.ChatctlAsync("rooms", "remove", "tea", "--dry-run")).Done().Output);
        Assert.Equal("the server would stop, and 1 session would end\n", (await installation.ChatctlAsync("shutdown", "--dry-run")).Done().Output);
        Assert.Matches(@"\Amessage 1 of tea, which ann posted at [-0-9: ]+, would be erased\n\z", (await installation.ChatctlAsync("erase", "tea", "1", "--dry-run")).Done().Output);

        (await installation.ChatctlAsync("erase", "tea", "2", "--dry-run")).Failed(3, "tea has no message 2: its messages are 1 to 1");
        (await installation.ChatctlAsync("rooms", "remove", "nowhere", "--dry-run")).Failed(3, "there is no room called nowhere");
        Assert.Contains("hello", (await installation.User("ann").ChatAsync("history", "--room", "tea")).Done().Output, StringComparison.Ordinal);
        await installation.WaitForSessionsAsync("ann", 1);
    }

    private static Task<TmuxTerminal> AskAsync(Installation installation, params string[] command) => TmuxTerminal.StartAsync(
        ToolProcess.Program("chatctl"), [.. command, "--data", installation.Data], installation.User("operator").Environment);
}
