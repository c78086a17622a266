using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chat where somebody types and the terminal, or what the output goes to, can show lines and no more.</summary>
public sealed class PlainTerminalTests
{
    public static TheoryData<string> Terminals =>
        ["""exec env TERM=dumb "$0" "$@" """, """exec env -u TERM "$0" "$@" """, """exec env TERM= "$0" "$@" """, """ "$0" "$@" | cat"""];

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Terminals))]
    public async Task What_begins_with_a_slash_is_obeyed_or_refused_and_never_said_to_all(string shell)
    {
        await using var installation = await Installation.StartAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await using var ann = await StartAsync(installation.User("ann"), shell);
        await ann.WaitForAsync("* you are ann in lobby, with bob", "/quit or Ctrl-D leaves");
        // A user that comes and goes within one interval of presence is never shown (CP-PRE-008).
        await bob.WaitForAsync("* ann is here in lobby");

        await ann.EnterAsync("/msg bob secret");
        await bob.WaitForAsync("[@ann] ann: secret");
        await ann.WaitForAsync("[@bob] ann» secret");
        await ann.EnterAsync(" /msg bob behind a blank");
        await bob.WaitForAsync("[@ann] ann: behind a blank");
        await ann.EnterAsync("／msg bob　悄悄话");
        await bob.WaitForAsync("[@ann] ann: 悄悄话");
        await ann.EnterAsync("/mgs bob mistyped");
        await ann.WaitForAsync("! there is no command /mgs");
        await ann.EnterAsync("/");
        await ann.WaitForAsync("! there is no command /;");
        await ann.EnterAsync("//etc");
        await ann.WaitForAsync("ann» /etc");
        await bob.EnterAsync("hello ann");
        await ann.WaitForAsync("> bob: hello ann");
        await ann.EnterAsync("/quit");
        await bob.WaitForAsync("* ann has left lobby");

        Assert.Equal(["/etc", "hello ann"], await TextsAsync(installation));
    }

    [Fact(Timeout = 300_000)]
    public async Task What_cannot_have_been_meant_as_it_came_is_not_sent()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await StartAsync(installation.User("ann"), Terminals.First());
        await ann.WaitForAsync("/quit or Ctrl-D leaves");

        await ann.EnterAsync("arrow\e[D\e[C");
        await ann.WaitForAsync("! not sent: there are control characters in the line");
        await ann.EnterAsync("the end");
        await ann.WaitForAsync("ann» the end");
        await ann.PressAsync("C-d");
        await ann.WaitForExitAsync(0);

        Assert.Equal(["the end"], await TextsAsync(installation));
    }

    [Fact(Timeout = 300_000)]
    public async Task Nothing_that_others_write_is_more_than_text()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await StartAsync(installation.User("ann"), Terminals.First());
        await ann.WaitForAsync("/quit or Ctrl-D leaves");

        await installation.User("eve").SendAsync("\e[2J\u202e\a one\n20:15 bob: faked");

        await ann.WaitForAsync("""eve: \x1b[2J\u202e\x07 one""", "\n      20:15 bob: faked");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/msg bob secret")]
    [InlineData(" /quit")]
    [InlineData("／msg bob secret")]
    public async Task A_command_from_a_pipe_is_said_to_nobody(string command)
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync($"one\n{command}\nthree\n")).Failed(1,
            "chat: line 2 is a command, and commands are for a terminal; chat send - takes every line as a text\n");
        (await ann.PipeAsync($"/var/log/{command}\n")).Done();

        Assert.Equal(["one", $"/var/log/{command}"], await TextsAsync(installation));
    }

    private static Task<TmuxTerminal> StartAsync(User user, string shell) =>
        TmuxTerminal.StartAsync("sh", ["-c", shell, ToolProcess.Program("chat"), "--server", user.At.Address, "--name", user.Name!], user.Environment);

    private static async Task<IEnumerable<string>> TextsAsync(Installation installation) =>
        (await installation.User("reader").ChatAsync("history", "-o", "ndjson")).Done().Objects.Select(message => message.GetProperty("text").GetString()!);
}
