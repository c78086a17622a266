using System.Globalization;
using System.Runtime.InteropServices;
using ChatProtocol.Client;
using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What an operator does with chatctl, and what the users see of it.</summary>
public sealed class OperatingTests
{
    [Fact(Timeout = 120_000)]
    public async Task Whoever_is_kicked_is_told_why_and_ends_as_denied()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        // A user that comes and goes within a quarter second is never told to have come.
        await ann.WaitForAsync("* bob is here in lobby");

        Assert.Equal("kicked bob\n", (await installation.ChatctlAsync("kick", "bob", "--reason", "太吵了 too loud")).Done().Output);
        await bob.WaitForAsync("* you were kicked: 太吵了 too loud");
        await bob.WaitForExitAsync(4);
        Assert.Equal(bob.Modes.Before, bob.Modes.After);
        await ann.WaitForAsync("* bob has left lobby");
    }

    [Fact(Timeout = 60_000)]
    public async Task Kicking_one_connection_leaves_the_others_of_its_user()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await using var first = ann.StartChat("tail");
        await installation.WaitForSessionsAsync("ann", 1);
        await using var second = ann.StartChat("tail");
        await installation.WaitForSessionsAsync("ann", 1, 1);
        var id = (await installation.ChatctlAsync("list", "-o", "json")).Done().Objects.Single().EnumerateArray()
            .First(s => s.GetProperty("name").GetString() == "ann").GetProperty("id").GetUInt64().ToString(CultureInfo.InvariantCulture);

        Assert.Equal($"kicked {id}\n", (await installation.ChatctlAsync("kick", id)).Done().Output);
        (await first.EndAsync()).Failed(4, "chat: kicked\n");
        await ann.SendAsync("still here");
        Assert.EndsWith("ann: still here", await second.ReadLineAsync(), StringComparison.Ordinal);
        (await installation.ChatctlAsync("kick", id)).Failed(3, $"there is no connection {id}");
        (await installation.ChatctlAsync("kick", "nobody")).Failed(3, "nobody called nobody is here");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_room_keeps_is_shown_and_set()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync("1\n", "send", "--room", "r", "-")).Done();
        (await ann.PipeAsync("2\n", "send", "--room", "r", "-")).Done();

        Assert.Matches(@"\AAGE +COUNT +BYTES +OLDEST\n- +- +- +1\n\z", (await installation.ChatctlAsync("retention", "r")).Done().Output);
        var set = (await installation.ChatctlAsync("retention", "r", "--age", "30d", "--count", "1", "--yes", "-o", "json")).Done().Objects.Single()[0];
        Assert.Equal((30 * 86400, 1), (set.GetProperty("age").GetInt32(), set.GetProperty("count").GetInt32()));
        (await installation.ChatctlAsync("retention", "r", "--off")).Done();
        Assert.Matches(@"\n- +- +- +\d\n\z", (await installation.ChatctlAsync("retention", "r")).Done().Output);
        (await installation.ChatctlAsync("retention", "r", "--off", "--count", "1")).Failed(2, "--off keeps everything");
        (await installation.ChatctlAsync("retention", "r", "--age", "30")).Failed(2, "--age takes a number and its unit");
        Assert.Equal(1 << 30, (await installation.ChatctlAsync("retention", "r", "--bytes", "1G", "-y", "-o", "json")).Done().Objects.Single()[0].GetProperty("bytes").GetInt32());
        (await installation.ChatctlAsync("retention", "r", "--bytes", "1T")).Failed(2, "--bytes takes a number of bytes, with K, M or G behind it or not, or none");
        (await installation.ChatctlAsync("retention", "r", "--off")).Done();
        (await installation.ChatctlAsync("retention", "nowhere")).Failed(3, "there is no room called nowhere");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_script_lets_go_of_nothing_without_having_said_so()
    {
        await using var installation = await Installation.StartAsync();
        await SayThreeAsync(installation);

        Assert.Equal("", (await installation.ChatctlAsync("retention", "r", "--age", "1s")).Failed(2, "2 messages of r would go for good: say so with --yes, or look first with --dry-run").Output);
        var refused = await installation.ChatctlAsync("retention", "r", "--count", "1", "-o", "json");
        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("2 messages of r", refused.ErrorObject.GetProperty("error").GetString(), StringComparison.Ordinal);
        var counted = (await installation.ChatctlAsync("retention", "r", "--count", "1", "--dry-run", "-o", "json")).Done().Objects.Single()[0];
        Assert.Equal((1, 2), (counted.GetProperty("count").GetInt32(), counted.GetProperty("goes").GetInt32()));
        Assert.Matches(@"\n- +- +- +1\n\z", (await installation.ChatctlAsync("retention", "r")).Done().Output);
        Assert.Equal(3, (await installation.User("ann").ChatAsync("history", "--room", "r")).Done().Lines.Length);
        // What takes nothing away needs no leave.
        (await installation.ChatctlAsync("retention", "r", "--count", "100")).Done();
        (await installation.ChatctlAsync("retention", "r", "--count", "1", "--yes")).Done();
        await Eventually.TrueAsync(
            async () => (await installation.User("ann").ChatAsync("history", "--room", "r")).Done().Lines.Length == 1, () => "Waiting for what is beyond the limit to go");
    }

    [Fact(Timeout = 120_000)]
    public async Task One_limit_leaves_the_others_as_they_are()
    {
        await using var installation = await Installation.StartAsync();
        await SayThreeAsync(installation);
        Task<ToolResult> SetAsync(params string[] limits) => installation.ChatctlAsync(["retention", "r", .. limits]);

        Assert.Matches(@"\n- +50 +- +1\n\z", (await SetAsync("--count", "50")).Done().Output);
        Assert.Matches(@"\n30d0h +50 +- +1\n\z", (await SetAsync("--age", "30d")).Done().Output);
        Assert.Matches(@"\n30d0h +- +1000000 +1\n\z", (await SetAsync("--count", "none", "--bytes", "1000000")).Done().Output);
        (await SetAsync("--age", "0s")).Failed(2, "with 0s nothing would be kept");
        (await SetAsync("--count", "0")).Failed(2, "--count takes a whole number above 0, or none");
        (await SetAsync("--dry-run")).Failed(2, "--dry-run goes with a limit");
        Assert.Matches(@"\n30d0h +- +1000000 +1\n\z", (await SetAsync()).Done().Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task Somebody_on_a_terminal_is_asked_before_messages_go()
    {
        await using var installation = await Installation.StartAsync();
        await SayThreeAsync(installation);
        string[] command = ["retention", "r", "--count", "1", "--data", installation.Data];

        await using (var terminal = await TmuxTerminal.StartAsync(ToolProcess.Program("chatctl"), command, installation.User("operator").Environment))
        {
            await terminal.WaitForAsync("2 messages of r will go for good. Go on? [y/N]");
            await terminal.EnterAsync("");
            await terminal.WaitForExitAsync(1);
        }
        Assert.Matches(@"\n- +- +- +1\n\z", (await installation.ChatctlAsync("retention", "r")).Done().Output);
        await using (var terminal = await TmuxTerminal.StartAsync(ToolProcess.Program("chatctl"), command, installation.User("operator").Environment))
        {
            await terminal.WaitForAsync("Go on? [y/N]");
            await terminal.EnterAsync("y");
            await terminal.WaitForExitAsync(0);
        }
        Assert.Matches(@"\n- +1 +- +\d\n\z", (await installation.ChatctlAsync("retention", "r")).Done().Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task Somebody_on_a_terminal_is_asked_before_a_room_goes()
    {
        await using var installation = await Installation.StartAsync();
        await SayThreeAsync(installation);
        Task<TmuxTerminal> AskAsync() => TmuxTerminal.StartAsync(
            ToolProcess.Program("chatctl"), ["rooms", "remove", "r", "--data", installation.Data], installation.User("operator").Environment);

        foreach (var (answer, key) in new[] { ("", "Enter"), ("n", "Enter"), ("yo", "Enter"), ("", "C-d") })
        {
            await using var terminal = await AskAsync();
            await terminal.WaitForAsync("Remove room r with 3 messages and 0 users present, for good? [y/N]");
            await terminal.TypeAsync(answer);
            await terminal.PressAsync(key);
            Assert.Contains("chatctl: room r stays", await terminal.WaitForExitAsync(1), StringComparison.Ordinal);
        }
        Assert.Equal(3, (await installation.User("ann").ChatAsync("history", "--room", "r")).Done().Lines.Length);
        await using (var terminal = await AskAsync())
        {
            await terminal.WaitForAsync("[y/N]");
            await terminal.EnterAsync("Yes");
            Assert.Contains("removed room r", await terminal.WaitForExitAsync(0), StringComparison.Ordinal);
        }
        (await installation.User("ann").ChatAsync("history", "--room", "r")).Failed(3, "there is no room called r");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""exec "$0" "$@" 2>/dev/null""")]
    [InlineData("""exec "$0" "$@" -o json""")]
    [InlineData("""exec "$0" "$@" </dev/null""")]
    public async Task A_question_that_nobody_could_read_or_answer_is_not_asked(string shell)
    {
        await using var installation = await Installation.StartAsync();
        await SayThreeAsync(installation);
        await using var terminal = await TmuxTerminal.StartAsync("sh",
            ["-c", shell, ToolProcess.Program("chatctl"), "rooms", "remove", "r", "--data", installation.Data], installation.User("operator").Environment);

        await terminal.WaitForExitAsync(2);

        Assert.Equal(3, (await installation.User("ann").ChatAsync("history", "--room", "r")).Done().Lines.Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task Erased_messages_are_shown_as_such_to_people_and_programs()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("swordfish");
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await using var tail = installation.User("cid").StartChat("tail", "--last", "1", "--count", "3", "-o", "ndjson");
        await installation.WaitForSessionsAsync("cid", 1);
        await ann.SendAsync("nothing");
        Assert.Equal("erased message 1\n", (await installation.ChatctlAsync("erase", "lobby", "1")).Done().Output);

        await bob.WaitForAsync("* message 1 of lobby was erased");
        await bob.EnterAsync("/history");
        await bob.WaitForAsync("ann: [erased]");
        var history = await ann.ChatAsync("history");
        Assert.Contains("ann: [erased]\n", history.Done().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", history.Output, StringComparison.Ordinal);
        var first = (await ann.ChatAsync("history", "-o", "ndjson")).Done().Objects[0];
        Assert.Equal(("erased", System.Text.Json.JsonValueKind.Null), (first.GetProperty("kind").GetString(), first.GetProperty("text").ValueKind));
        (await installation.ChatctlAsync("erase", "1", "2", "3")).Failed(3, "the room has no entry 3: its entries are 1 to 2");
        (await installation.ChatctlAsync("erase", "nowhere", "1")).Failed(3, "there is no room called nowhere");
        await ann.SendAsync("end");
        Assert.Contains("\"kind\":\"erased\"", (await tail.EndAsync()).Done().Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("admin")]
    [InlineData("Admin")]
    public async Task An_operator_does_not_kick_himself_by_name(string name)
    {
        await using var installation = await Installation.StartAsync();
        (await installation.ChatctlAsync("kick", name)).Failed(4, $"{name} is you: kick another session");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_broadcast_reaches_everybody_in_the_lobby_and_elsewhere()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await bob.EnterAsync("/join tea");
        await bob.WaitForAsync("* you are bob in tea");
        await bob.EnterAsync("/part lobby");
        await bob.WaitForAsync("* you have left lobby");

        Assert.Equal("sent to everybody\n", (await installation.ChatctlAsync("broadcast", "维护 at noon 🔧")).Done().Output);
        await ann.WaitForAsync(" ** server: 维护 at noon 🔧");
        await bob.WaitForAsync(" ** 维护 at noon 🔧");
    }

    [Fact(Timeout = 120_000)]
    public async Task The_operators_word_to_one_user_reaches_nobody_else()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();

        Assert.Equal("sent to bob\n", (await installation.ChatctlAsync("send", "bob", "请小声 🙏")).Done().Output);
        await bob.WaitForAsync("[@server] ** server: 请小声 🙏");
        (await installation.ChatctlAsync("broadcast", "behind it")).Done();
        Assert.DoesNotContain("请小声", await ann.WaitForAsync("behind it"), StringComparison.Ordinal);
        (await installation.ChatctlAsync("send", "nobody", "hello")).Failed(3, "nobody called nobody is here");
    }

    [Fact(Timeout = 120_000)]
    public async Task Shutdown_tells_everybody_and_all_programs_end_well()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await using var tail = installation.User("cid").StartChat("tail");
        await installation.WaitForSessionsAsync("cid", 1);

        Assert.Equal("the server has stopped\n", (await installation.ChatctlAsync("shutdown", "--reason", "晚安 good night")).Done().Output);
        foreach (var terminal in new[] { ann, bob })
        {
            await terminal.WaitForAsync("* the server has ended the session: 晚安 good night");
            await terminal.WaitForExitAsync(0);
            Assert.Equal(terminal.Modes.Before, terminal.Modes.After);
        }
        (await tail.EndAsync()).Done();
        Assert.Equal((0, ""), (await installation.Chatd.ExitAsync(), await installation.Chatd.Error));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--data", "data")]
    [InlineData("--socket", "data/admin.sock")]
    public async Task Once_a_shutdown_is_done_the_data_folder_is_closed(string option, string path)
    {
        await using var installation = await Installation.StartAsync();
        await installation.User("ann").SendAsync("hello");

        var done = await installation.ChatctlAsync("shutdown", option, Path.Combine(installation.Data, "..", path));
        using (new FileStream(Path.Combine(installation.Data, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Equal(["chat.db", "chat.db-mark", "chat.db-search", "lock"], Directory.EnumerateFileSystemEntries(installation.Data).Select(Path.GetFileName).Order());
        Assert.Equal("the server has stopped\n", done.Done().Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_does_not_let_go_of_its_folder_is_not_said_to_have_stopped()
    {
        await using var installation = await Installation.StartAsync();
        // A folder that shows the real socket, and a lock that stays.
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("admin.sock"), Path.Combine(installation.Data, "admin.sock"));
        using var held = new FileStream(folder.File("lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var shutdown = await installation.ChatctlAsync("shutdown", "--grace", "0s", "--data", folder.Path);
        Assert.Equal("", shutdown.Failed(6, "chatctl: the server is stopping, and not done after 5 s").Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_no_lock_is_to_be_seen_the_server_is_only_said_to_be_stopping()
    {
        await using var installation = await Installation.StartAsync();
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("s"), Path.Combine(installation.Data, "admin.sock"));

        Assert.Equal("the server is stopping\n", (await installation.ChatctlAsync("shutdown", "--socket", folder.File("s"))).Done().Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task Whoever_is_there_at_a_restart_is_told_when_the_server_is_back()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var tail = installation.User("bob").StartChat("tail", "--retry-for", "0s");
        await installation.WaitForSessionsAsync("bob", 1);

        (await installation.ChatctlAsync("shutdown", "--back", "5s", "--reason", "upgrade")).Done();
        await ann.WaitForAsync("! the server ended the session: upgrade (back in 5 s); trying to get it back");
        (await tail.EndAsync()).Failed(7, "the server ended the session: upgrade (back in 5 s)");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(0UL, " (back at once)")]
    [InlineData(500UL, " (back in 500 ms)")]
    [InlineData(1002UL, " (back in 1 s)")]
    [InlineData(1900UL, " (back in 2 s)")]
    [InlineData(60_000UL, " (back in 1 min)")]
    [InlineData(90_000UL, " (back in 1 min 30 s)")]
    [InlineData(7_500_000UL, " (back in 2 h 5 min)")]
    [InlineData(9_007_199_254_740_991UL, " (back in 128102389 h 24 min)")]
    public void A_time_to_come_back_is_told_in_units_that_people_use(ulong? back, string told) =>
        Assert.Equal($"the server has ended the session: upgrade{told}", ByeMessage.InWords(ServerBye.Of(new Bye(ByeCode.Restart, "upgrade", back))));

    [Fact(Timeout = 120_000)]
    public async Task A_backup_is_made_while_the_server_runs_and_a_server_goes_on_from_it()
    {
        await using var installation = await Installation.StartAsync();
        await installation.User("ann").SendAsync("one");
        var copy = Path.Combine(installation.Data, "..", "copy.db");
        Assert.Equal($"everything is in {Path.GetFullPath(copy)}\n", (await installation.ChatctlAsync("backup", copy)).Done().Output);
        (await installation.ChatctlAsync("backup", copy)).Failed(1, "is there already: choose another name, or remove it");
        (await installation.ChatctlAsync("backup", "/" + new string('x', 4000))).Failed(2, "the path has 4001 bytes, and that of a backup at most 4000");
        (await installation.ChatctlAsync("erase", "lobby", "1", "x")).Failed(2, "a seq is a whole number, and 'x' is none");
        Assert.Equal("SEGMENTS  ENTRIES  DAMAGED", (await installation.ChatctlAsync("verify")).Done().Lines[0]);
        await installation.User("ann").SendAsync("two");
        var before = await EpochAsync();
        (await installation.ChatctlAsync("shutdown")).Done();

        foreach (var file in Directory.GetFiles(installation.Data))
            File.Delete(file);
        File.Copy(copy, Path.Combine(installation.Data, "chat.db"));
        await installation.StartChatdAsync();

        Assert.EndsWith(" ann: one", Assert.Single((await installation.User("bob").ChatAsync("history")).Done().Lines), StringComparison.Ordinal);
        Assert.NotEqual(before, await EpochAsync());

        async Task<ulong> EpochAsync() =>
            (await installation.User("ann").ChatAsync("history", "-o", "ndjson")).Done().Objects[0].GetProperty("epoch").GetUInt64();
    }

    [Fact(Timeout = 120_000)]
    public async Task Thousands_who_come_and_go_leave_the_server_as_it_was()
    {
        await using var installation = await Installation.StartAsync();
        var options = new ChatClientOptions { Address = ChatAddress.Parse(installation.Address), Name = "ann", Secret = new byte[32] };
        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
            async (_, stop) =>
            {
                await using var client = await ChatClient.ConnectAsync(options, stop);
            });
        await installation.WaitForSessionsAsync("ann");
        (await installation.ChatctlAsync("shutdown")).Done();
        Assert.Equal((0, ""), (await installation.Chatd.ExitAsync(), await installation.Chatd.Error));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task A_signal_ends_the_server_in_good_order_and_its_clients_as_unreachable(PosixSignal signal)
    {
        await using var installation = await Installation.StartAsync();
        await using var tail = installation.User("ann").StartChat("tail", "--retry-for", "0s");
        await installation.WaitForSessionsAsync("ann", 1);

        installation.Chatd.Signal(signal);
        (await tail.EndAsync()).Failed(7, "the server stops");
        Assert.Equal((0, ""), (await installation.Chatd.ExitAsync(), await installation.Chatd.Error));
    }

    /// <summary>In three runs of the log, for it lets go of whole ones.</summary>
    private static async Task SayThreeAsync(Installation installation)
    {
        foreach (var text in (string[])["1", "2", "3"])
            await installation.User("ann").SendAsync(text, "--room", "r");
    }
}
