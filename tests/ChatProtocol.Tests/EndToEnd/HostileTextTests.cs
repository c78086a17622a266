using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What others write does nothing to a terminal, and neither does a pipe get anything that is meant for one.</summary>
public sealed class HostileTextTests
{
    // Clears the screen, changes the title, rings, turns the direction round, and says something as somebody else.
    private const string Hostile = "a\e[2J\e]0;owned\ab\u202e\nserver: believe me\r\u009b31m";
    private const string Shown = @"a\x1b[2J\x1b]0;owned\x07b\u202e";

    [Fact(Timeout = 120_000)]
    public async Task Control_characters_of_a_message_are_shown_and_not_obeyed()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await installation.User("bob").SendAsync(Hostile);

        var screen = await ann.WaitForAsync("bob: " + Shown, "you are ann");
        Assert.Contains(@"      server: believe me\x0d\x9b31m", screen, StringComparison.Ordinal);
        Assert.DoesNotContain(screen.Split('\n'), line => line.StartsWith("server:", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Printed_lines_have_no_control_characters_either()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync(Hostile);
        foreach (var command in new string[][] { ["history"], ["tail", "--last", "1", "--count", "1"] })
        {
            var printed = (await ann.ChatAsync(command)).Done();
            Assert.DoesNotContain(printed.Output, c => char.IsControl(c) && c != '\n');
            Assert.EndsWith($" ann: {Shown}\n    server: believe me\\x0d\\x9b31m\n", printed.Output, StringComparison.Ordinal);
        }
        var message = (await ann.ChatAsync("history", "-o", "ndjson")).Done();
        Assert.DoesNotContain(message.Output, c => char.IsControl(c) && c != '\n');
        Assert.Equal(Hostile, Assert.Single(message.Objects).GetProperty("text").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Names_and_errors_cannot_carry_control_characters_to_the_terminal()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.ChatAsync("send", "--name", "a\e[31m", "hi")).Failed(2, @"'a\x1b[31m' cannot be a name");
        (await ann.ChatAsync("send", "--room", "a\e[31m", "hi")).Failed(2, @"'a\x1b[31m' cannot be a room");
        (await installation.ChatctlAsync("kick", "a\e[31m")).Failed(2, @"'a\x1b[31m' cannot be a name");
        (await ann.ChatAsync("\e[31m")).Failed(2, @"\x1b[31m");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_reason_with_control_characters_is_shown_and_not_obeyed()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        (await installation.ChatctlAsync("broadcast", "look \e[2J here")).Done();
        await ann.WaitForAsync(@"server: look \x1b[2J here");
        (await installation.ChatctlAsync("kick", "ann", "--reason", "out\e[2J")).Done();
        await ann.WaitForAsync(@"* you were kicked: out\x1b[2J", "you are ann");
    }

    [Fact(Timeout = 60_000)]
    public async Task Pipes_get_no_escape_sequences()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("hello");
        await using var tail = ann.StartChat("tail");
        await installation.WaitForSessionsAsync("ann", 1);
        foreach (var command in new string[][] { ["history"], ["rooms"], ["who"], ["history", "--room", "nowhere"] })
        {
            var result = await ann.ChatAsync(command);
            Assert.DoesNotContain('\e', result.Output + result.Error);
        }
        foreach (var command in new[] { "list", "rooms", "status" })
            Assert.DoesNotContain('\e', (await installation.ChatctlAsync(command)).Done().Output);
    }
}
