using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chat on a terminal.</summary>
public sealed class TalkingTests
{
    [Fact(Timeout = 300_000)]
    public async Task Three_in_the_lobby_see_each_other_come_talk_and_leave()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").OpenTerminalAsync();
        await ann.WaitForAsync("* you are ann in lobby, alone so far", "/help tells what else you can type");
        await using var bob = await installation.User("bob").OpenTerminalAsync();
        await bob.WaitForAsync("* you are bob in lobby, with ann", "/help");
        await ann.WaitForAsync("* bob is here in lobby");
        await using var cid = await installation.User("小王").OpenTerminalAsync();
        await cid.WaitForAsync("* you are 小王 in lobby, with ann, bob", "/help");
        await ann.WaitForAsync("* 小王 is here in lobby");
        await bob.WaitForAsync("* 小王 is here in lobby");

        await ann.EnterAsync("大家好, all of you 👋");
        foreach (var other in new[] { bob, cid })
            await other.WaitForAsync(" ann: 大家好, all of you 👋");
        var own = await ann.WaitForAsync(" ann» 大家好, all of you 👋");
        Assert.DoesNotContain("ann: ", own, StringComparison.Ordinal);

        await cid.EnterAsync("/quit");
        await cid.WaitForExitAsync(0);
        await ann.WaitForAsync("* 小王 has left lobby");
        await bob.PressAsync("C-c");
        await bob.WaitForExitAsync(0);
        await ann.WaitForAsync("* bob has left lobby");
        await ann.PressAsync("C-d");
        await ann.WaitForExitAsync(0);
        foreach (var terminal in new[] { ann, bob, cid })
        {
            var (before, after) = terminal.Modes;
            Assert.Equal(before, after);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task What_two_say_in_private_nobody_else_sees()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await using var cid = await installation.User("cid").EnterLobbyAsync();

        await ann.EnterAsync("/msg bob 悄悄话 🤫");
        await bob.WaitForAsync("[@ann] ann: 悄悄话 🤫");
        await ann.WaitForAsync("[@bob] ann» 悄悄话 🤫");
        await bob.EnterAsync("/msg ann");
        await bob.WaitForAsync("* you are in @ann", "@ann> ");
        await bob.EnterAsync("I hear you");
        await ann.WaitForAsync("[@bob] bob: I hear you");
        await bob.EnterAsync("/join lobby");
        await bob.WaitForAsync("* you are in lobby");
        await bob.EnterAsync("and this is for all");

        var seen = await cid.WaitForAsync("bob: and this is for all");
        Assert.DoesNotContain("悄悄话", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("I hear you", seen, StringComparison.Ordinal);
        await cid.EnterAsync("/rooms");
        var rooms = await cid.WaitForAsync("* lobby  3 present, 1 message");
        Assert.DoesNotContain('@', rooms);
        await ann.EnterAsync("/rooms");
        await ann.WaitForAsync("* @bob  2 present, 2 messages");
    }

    [Fact(Timeout = 300_000)]
    public async Task Entering_a_private_room_says_nothing_about_who_is_there()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").OpenTerminalAsync();
        await bob.WaitForAsync("* you are bob in lobby, with ann", "/help");

        await bob.EnterAsync("/msg ann");
        await bob.WaitForAsync("* you are in @ann\n", "@ann> ");
    }

    [Fact(Timeout = 300_000)]
    public async Task Everything_that_help_lists_can_be_typed()
    {
        await using var installation = await Installation.StartAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();

        await ann.EnterAsync("/help");
        await ann.WaitForAsync("/join ROOM", "/part [ROOM]", "/msg NAME [TEXT]", "/nick NAME", "/who [ROOM]", "/rooms", "/history [N]", "/quit");
        await ann.EnterAsync("/who");
        await ann.WaitForAsync("* in lobby: bob, ann");
        // Changes of a quarter second are told as one, and somebody who came and was renamed has come by the new name.
        await bob.WaitForAsync("* ann is here in lobby");
        await ann.EnterAsync("/nick anna");
        await ann.WaitForAsync("* you are now called anna");
        await bob.WaitForAsync("* ann is now called anna");
        await ann.EnterAsync("/nick bob");
        await ann.WaitForAsync("! somebody else is called bob");

        await ann.EnterAsync("/join 茶馆");
        await ann.WaitForAsync("* you are anna in 茶馆, alone so far", "茶馆> ");
        await ann.EnterAsync("one");
        await ann.EnterAsync("two");
        await ann.WaitForAsync("anna» two");
        await bob.EnterAsync("/join 茶馆");
        await bob.WaitForAsync("anna: one", "anna: two", "* you are bob in 茶馆, with anna");
        await ann.WaitForAsync("* bob is here in 茶馆");
        await ann.EnterAsync("/history 1");
        await Eventually.TrueAsync(
            async () => (await ann.ReadAsync()).Split("anna» two").Length == 3, () => "Waiting for the last message to be shown again");
    }

    [Fact(Timeout = 300_000)]
    public async Task A_room_that_was_left_delivers_nothing_any_more()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await ann.EnterAsync("/part");
        await ann.WaitForAsync("* you have left lobby", "(no room)> ");
        await ann.EnterAsync("hello?");
        await ann.WaitForAsync("! you are in no room; /join one first");
        await installation.User("bob").SendAsync("nobody hears this");
        await ann.EnterAsync("/who nowhere");
        await ann.WaitForAsync("! there is no room called nowhere");
        await ann.EnterAsync("/join lobby");
        await ann.EnterAsync("I am back");
        var screen = (await ann.WaitForAsync("ann» I am back")).Split('\n');
        // Only now, as a part of the past that a room shows to whoever enters it.
        var heard = Assert.Single(screen, line => line.EndsWith("bob: nobody hears this", StringComparison.Ordinal));
        Assert.InRange(Array.IndexOf(screen, heard), Array.IndexOf(screen, "! there is no room called nowhere"), screen.Length);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_no_command_is_told_and_two_slashes_stand_for_one()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await ann.EnterAsync("/dance wildly");
        await ann.WaitForAsync("! there is no command /dance; /help lists them");
        await ann.EnterAsync("/nick");
        await ann.WaitForAsync("! which name? /nick NAME");
        await ann.EnterAsync("//etc");
        await ann.WaitForAsync("ann» /etc");
        await ann.EnterAsync("/msg nobody hi");
        await ann.WaitForAsync("! there is nobody called nobody");
        await ann.EnterAsync("/history many");
        await ann.WaitForAsync("! /history takes a number");
    }

    [Fact(Timeout = 300_000)]
    public async Task A_paste_is_sent_whole_or_refused_whole()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();

        await ann.PasteAsync(new string('x', 60_000));
        await ann.PressAsync("Enter");
        await ann.WaitForAsync("ann» " + new string('x', 1000));
        await ann.PasteAsync(new string('y', 70_000));
        await ann.PressAsync("Enter");
        await ann.WaitForAsync("! the text has 70000 bytes and the server takes at most 65536");

        var history = (await installation.User("bob").ChatAsync("history")).Done().Output;
        Assert.EndsWith(" ann: " + new string('x', 60_000) + "\n", history, StringComparison.Ordinal);
        Assert.DoesNotContain("yy", history, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_second_terminal_hears_of_its_own_new_name_and_of_a_mention_by_it()
    {
        await using var installation = await Installation.StartAsync();
        await using var first = await installation.User("ann").EnterLobbyAsync();
        await using var second = await installation.User("ann").EnterLobbyAsync();
        await second.EnterAsync("/part");
        await second.WaitForAsync("* you have left lobby");

        await first.EnterAsync("/nick anna");
        await second.WaitForAsync("* you are now called anna");
        await second.EnterAsync("/join lobby");
        await second.WaitForAsync("* you are anna in lobby");
        await installation.User("bob").SendAsync("Anna, look");
        await second.WaitForAsync("bob: Anna, look");
        Assert.Contains("7mAnna", await second.ReadColoursAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task Who_is_mentioned_hears_and_sees_it_and_nobody_is_by_ones_own_words_or_the_past()
    {
        await using var installation = await Installation.StartAsync();
        var bob = installation.User("bob");
        await bob.SendAsync("小李 was here before");
        await using var li = await installation.User("小李").EnterLobbyAsync();
        await li.EnterAsync("I am 小李");
        await bob.SendAsync("not meant: joann");
        await li.WaitForAsync("bob: not meant");
        Assert.False(await li.HasRungAsync());

        await bob.SendAsync("你好小李！");
        await li.WaitForAsync("bob: 你好小李！");
        await Eventually.TrueAsync(li.HasRungAsync, () => "Waiting for the bell");
        Assert.Contains("7m小李", await li.ReadColoursAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task Words_that_do_not_fit_any_more_begin_a_further_row_that_stands_apart()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await installation.User("bob").SendAsync(string.Join(' ', Enumerable.Repeat("fourteen chars", 10)));

        var screen = (await ann.WaitForAsync("bob: fourteen")).Split('\n');
        var first = Array.FindIndex(screen, line => line.Contains("bob: fourteen", StringComparison.Ordinal));
        Assert.EndsWith(" chars", screen[first], StringComparison.Ordinal);
        Assert.StartsWith("      fourteen ", screen[first + 1], StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_very_long_message_is_folded_and_can_be_shown_whole()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await installation.User("bob").SendAsync(string.Join('\n', Enumerable.Range(1, 100).Select(n => $"line {n} of it")));

        var folded = await ann.WaitForAsync("bob: line 1 of it", "more characters: /show 1");
        Assert.DoesNotContain("line 99 of it", folded, StringComparison.Ordinal);
        await ann.EnterAsync("/show 1");
        await ann.WaitForAsync("\n      line 100 of it");
        await ann.EnterAsync("/show 2");
        await ann.WaitForAsync("! there is no message 2 in lobby");
        await ann.EnterAsync("/show me");
        await ann.WaitForAsync("! /show takes the number of a message");
    }

    [Fact(Timeout = 300_000)]
    public async Task The_first_screen_is_the_past_who_is_there_and_what_one_can_do()
    {
        await using var installation = await Installation.StartAsync();
        foreach (var text in new[] { "one", "two", "three" })
            await installation.User("bob").SendAsync(text);
        await using var ann = await installation.User("ann").EnterLobbyAsync();

        var screen = (await ann.WaitForAsync("lobby> ")).Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);
        Assert.Equal(
            ["bob: one", "bob: two", "bob: three", "* you are ann in lobby, alone so far", "* /help tells what else you can type; /quit or Ctrl-C leaves", "lobby>"],
            screen.Select(line => line.Length > 6 && line[2] == ':' ? line[6..] : line));
    }

    [Fact(Timeout = 300_000)]
    public async Task Control_Z_gives_the_terminal_to_the_shell_and_fg_gives_it_back()
    {
        await using var installation = await Installation.StartAsync();
        var user = installation.User("ann");
        await using var shell = await TmuxTerminal.StartAsync("bash", ["--norc", "-i"], user.Environment);
        await shell.EnterAsync("PS1='shell$ '");
        await shell.EndsWithAsync("shell$");
        await shell.EnterAsync($"'{ToolProcess.Program("chat")}' --server '{installation.Address}' --name ann");
        await shell.WaitForAsync("/help");
        await shell.EnterAsync("said before");
        await shell.WaitForAsync("ann» said before");
        await shell.PressAsync("C-z");
        await shell.WaitForAsync("Stopped", "shell$ ");
        await shell.EnterAsync("stty -a | tr ' ' '\\n' | grep -x -e '-*icanon'");
        await shell.WaitForAsync("\nicanon\n");
        await shell.EndsWithAsync("shell$");
        await shell.EnterAsync("fg");
        // Keys that are typed before the shell has let go of the terminal may be the shell's.
        await shell.EndsWithAsync("lobby>");
        await shell.EnterAsync("said behind");
        await shell.WaitForAsync("ann» said behind");
        await shell.PressAsync("C-c");
        await shell.EndsWithAsync("shell$");
        await shell.EnterAsync("echo back in the $PS1");
        await shell.WaitForAsync("back in the shell$");
    }

    [Fact(Timeout = 300_000)]
    public async Task Own_lines_stand_out_in_colour_and_without_it()
    {
        await using var installation = await Installation.StartAsync();
        var user = installation.User("ann");
        await using var colourful = await user.EnterLobbyAsync();
        await colourful.EnterAsync("hello");
        await colourful.WaitForAsync("ann» hello");
        Assert.Contains("\e[1m", await colourful.ReadColoursAsync(), StringComparison.Ordinal);

        await using var plain = await (user with { Environment = new Dictionary<string, string>(user.Environment) { ["NO_COLOR"] = "1" } }).OpenTerminalAsync();
        await plain.WaitForAsync("ann» hello", "/help");
        Assert.DoesNotContain('\e', await plain.ReadColoursAsync());
    }
}
