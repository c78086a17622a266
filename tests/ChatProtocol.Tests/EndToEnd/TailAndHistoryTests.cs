using System.Globalization;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Which messages chat tail and chat history print.</summary>
public sealed class TailAndHistoryTests
{
    [Fact(Timeout = 60_000)]
    public async Task Tail_prints_what_is_said_from_now_on()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("before");
        await using var tail = installation.User("bob").StartChat("tail", "--count", "2");
        await installation.WaitForSessionsAsync("bob", 1);
        await ann.SendAsync("你好 👋");
        Assert.EndsWith(" ann: 你好 👋", await tail.ReadLineAsync(), StringComparison.Ordinal);
        await ann.SendAsync("bye");
        Assert.EndsWith(" ann: bye\n", (await tail.EndAsync()).Done().Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tail_begins_where_it_is_told()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync("1\n2\n3\n4\n5\n", "send", "--room", "r", "-")).Done();
        var epoch = (await ann.ChatAsync("history", "--room", "r", "--count", "1", "-o", "ndjson")).Done()
            .Objects[0].GetProperty("epoch").GetUInt64().ToString(CultureInfo.InvariantCulture);

        await ExpectAsync(["4", "5"], "--last", "2", "--count", "2");
        await ExpectAsync(["1", "2", "3"], "--last", "99", "--count", "3");
        await ExpectAsync(["4"], "--after", "3", "--count", "1");
        await ExpectAsync(["1"], "--after", "0", "--count", "1");
        await ExpectAsync(["5"], "--after", $"{epoch}:4", "--count", "1");
        await ExpectAsync([], "--last", "2", "--count", "0");
        (await ann.ChatAsync("tail", "--room", "r", "--after", "6")).Failed(1, "the room's last entry is 5");

        async Task ExpectAsync(string[] texts, params string[] arguments) => Assert.Equal(
            texts, (await ann.ChatAsync(["tail", "--room", "r", "-o", "ndjson", .. arguments])).Done().Objects.Select(o => o.GetProperty("text").GetString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task Tail_goes_on_from_the_past_to_what_comes()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("one");
        await using var tail = installation.User("bob").StartChat("tail", "--last", "5");
        Assert.EndsWith(" ann: one", await tail.ReadLineAsync(), StringComparison.Ordinal);
        await ann.SendAsync("two");
        Assert.EndsWith(" ann: two", await tail.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tail_ends_well_in_a_quiet_room_once_nobody_reads_it_any_more()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("one");
        var script = $$"""'{{ToolProcess.Program("chat")}}' --server {{installation.Address}} --name bob tail --last 1 | head -n 1; echo "${PIPESTATUS[@]}" """;

        var piped = await ToolProcess.RunAsync("bash", ["-c", script], installation.User("bob").Environment);
        Assert.EndsWith(" ann: one\n0 0\n", piped.Done().Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tail_into_a_file_goes_on()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        using var folder = new TemporaryFolder();
        var script = $$"""exec '{{ToolProcess.Program("chat")}}' --server {{installation.Address}} --name bob tail --count 1 >'{{folder.File("out")}}'""";
        await using var tail = ToolProcess.Start("bash", ["-c", script], installation.User("bob").Environment);
        await installation.WaitForSessionsAsync("bob", 1);
        await ann.SendAsync("one");

        (await tail.EndAsync()).Done();
        Assert.EndsWith(" ann: one\n", await File.ReadAllTextAsync(folder.File("out"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task History_prints_the_last_in_order_and_those_before()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(string.Join('\n', Enumerable.Range(1, 30)), "send", "--room", "#r", "-")).Done();

        await ExpectAsync(11, 30);
        await ExpectAsync(28, 30, "--count", "3");
        await ExpectAsync(1, 30, "--count", "1000");
        await ExpectAsync(1, 4, "--before", "5");
        await ExpectAsync(3, 4, "--before", "5", "--count", "2");
        await ExpectAsync(1, 0, "--before", "1");
        await ExpectAsync(1, 0, "--count", "0");

        async Task ExpectAsync(int first, int last, params string[] arguments) => Assert.Equal(
            Enumerable.Range(first, last - first + 1).Select(n => n.ToString(CultureInfo.InvariantCulture)),
            (await ann.ChatAsync(["history", "--room", "r", "-o", "ndjson", .. arguments])).Done().Objects.Select(o => o.GetProperty("text").GetString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_damaged_is_shown_in_its_place_by_history_and_tail()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        foreach (var text in (string[])["1", "2", "3", "4"])
            await ann.SendAsync(text);
        (await installation.ChatctlAsync("shutdown")).Done();
        using (var database = new SqliteConnection($"Data Source={installation.Data}/chat.db;Pooling=False"))
        {
            database.Open();
            using var flip = database.CreateCommand();
            flip.CommandText = "UPDATE segment SET crc = crc + 1 WHERE first IN (2, 3)";
            flip.ExecuteNonQuery();
        }
        await installation.StartChatdAsync();

        foreach (var command in (string[][])[["history"], ["history", "--count", "3"], ["history", "--since", "1h"], ["tail", "--after", "0", "--count", "4"], ["tail", "--last", "3", "--count", "3"]])
        {
            var shown = (await ann.ChatAsync(command)).Done().Lines;
            Assert.Contains("-- messages 2 to 3 are missing: they are damaged on the server --", shown);
            var parts = (await ann.ChatAsync([.. command, "-o", "ndjson"])).Done().Objects.SkipWhile(part => part.GetProperty("kind").GetString() != "gap").ToList();
            Assert.Equal(("lobby", 2, 3, "damaged"), (parts[0].GetProperty("room").GetString(), parts[0].GetProperty("seq").GetInt32(),
                parts[0].GetProperty("last").GetInt32(), parts[0].GetProperty("why").GetString()));
            Assert.Equal("4", Assert.Single(parts[1..]).GetProperty("text").GetString());
        }
        Assert.EndsWith("2", (await installation.ChatctlAsync("verify")).Lines[^1].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task History_begins_and_ends_at_the_times_it_is_told()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync("1\n2\n3\n", "send", "--room", "r", "-")).Done();
        (await ann.PipeAsync("4\n5\n", "send", "--room", "r", "-")).Done();
        var begin = await TimeOfAsync("4");

        await ExpectAsync(["1", "2", "3", "4", "5"], "--since", "1h");
        await ExpectAsync(["1", "2"], "--since", "3d", "--count", "2");
        await ExpectAsync(["4", "5"], "--since", begin);
        await ExpectAsync(["4"], "--since", begin, "--before", "5");
        await ExpectAsync(["2", "3"], "--until", begin, "--count", "2");
        await ExpectAsync(["1", "2", "3"], "--since", "1d", "--until", begin);
        await ExpectAsync([], "--until", "1h");
        await ExpectAsync([], "--since", "0s");
        foreach (var wrong in (string[])["yesterday", "2h30", "2026-11-24", "2026-11-24T09:00:00", "-5m"])
            (await ann.ChatAsync("history", $"--since={wrong}")).Failed(2, "--since takes a time with its zone");

        async Task<string> TimeOfAsync(string text) => (await ann.ChatAsync("history", "--room", "r", "-o", "ndjson")).Done().Objects
            .Single(o => o.GetProperty("text").GetString() == text).GetProperty("time").GetString()!;

        async Task ExpectAsync(string[] texts, params string[] arguments) => Assert.Equal(
            texts, (await ann.ChatAsync(["history", "--room", "r", "-o", "ndjson", .. arguments])).Done().Objects.Select(o => o.GetProperty("text").GetString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task Both_sides_of_a_private_room_read_it_again_and_a_third_does_not()
    {
        await using var installation = await Installation.StartAsync();
        var (ann, bob, cid) = (installation.User("ann"), installation.User("bob"), installation.User("cid"));
        await using var tail = bob.StartChat("tail", "--room", "elsewhere");
        await installation.WaitForSessionsAsync("bob", 1);
        await ann.SendAsync("悄悄话", "--to", "bob");

        Assert.EndsWith(" ann: 悄悄话\n", (await ann.ChatAsync("history", "--with", "bob")).Done().Output, StringComparison.Ordinal);
        Assert.EndsWith(" ann: 悄悄话\n", (await bob.ChatAsync("history", "--with", "ann")).Done().Output, StringComparison.Ordinal);
        Assert.EndsWith(" ann: 悄悄话\n", (await bob.ChatAsync("tail", "--with", "ann", "--last", "1", "--count", "1")).Done().Output, StringComparison.Ordinal);
        Assert.Equal("@ann", (await bob.ChatAsync("history", "--with", "ann", "-o", "ndjson")).Done().Objects[0].GetProperty("room").GetString());
        Assert.DoesNotContain("悄悄话", (await cid.ChatAsync("history", "--with", "bob")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("@", (await cid.ChatAsync("rooms")).Done().Output, StringComparison.Ordinal);
        (await cid.ChatAsync("send", "--to", "ann", "are you there?")).Failed(3, "ann is not here");
    }

    [Spec("CP-MSG-015")]
    [Fact(Timeout = 60_000)]
    public async Task Tail_shows_what_kinds_say_that_it_does_not_know_and_tells_programs_of_all()
    {
        var unknown = (byte[])[.. WireBytes.UnknownEntry(189, 1), .. WireBytes.UnknownEntry(190, 2, "a poll: tea?"), .. FrameCodec.Encode(ScriptedPeer.Entry(3, "tea"))];

        var text = await TailAsync(unknown, "--count", "2");
        Assert.Collection(text.Done().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.EndsWith(" bob: a poll: tea?", line, StringComparison.Ordinal),
            line => Assert.EndsWith(" bob: tea", line, StringComparison.Ordinal));

        var objects = await TailAsync(unknown, "--count", "2", "-o", "ndjson");
        Assert.Equal(
            [("unknown", 1, null), ("unknown", 2, "a poll: tea?"), ("message", 3, "tea")],
            objects.Done().Objects.Select(o => (o.GetProperty("kind").GetString(), o.GetProperty("seq").GetInt32(), o.GetProperty("text").GetString())));
        Assert.Equal([189, 190], objects.Objects.Take(2).Select(o => o.GetProperty("code").GetInt32()));
    }

    private static async Task<ToolResult> TailAsync(byte[] entries, params string[] arguments)
    {
        await using var server = new ScriptedServer();
        using var home = new TemporaryFolder();
        var running = ToolProcess.RunAsync(
            ToolProcess.Program("chat"), ["tail", "--server", $"{server.Address}", "--name", "ann", "--room", "tea", .. arguments],
            new Dictionary<string, string> { ["NO_COLOR"] = "1", ["HOME"] = home.Path, ["XDG_DATA_HOME"] = home.Path });
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(Limits.Default);
        await peer.LogInAsync();
        await peer.AnswerAsync<Open>(open => new RoomInfo(open.Id, 5, RoomKind.Public, open.Name, 77, 1, 0, 0, null));
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, join.Name, 77, 1, 0, 0, null));
        await peer.SendBytesAsync(entries);
        return await running;
    }

    [Fact(Timeout = 60_000)]
    public async Task Search_prints_what_was_said_with_some_words_in_every_room()
    {
        await using var installation = await Installation.StartAsync();
        var (ann, bob) = (installation.User("ann"), installation.User("bob"));
        (await ann.PipeAsync("我家在上海东边。\nthe build is green\n\u001b[31mthe build is red\n", "send", "--room", "ops", "-")).Done();
        (await bob.ChatAsync("send", "--room", "lab", "a secret build")).Done();

        var found = (await ann.ChatAsync("search", "build", "-o", "ndjson")).Done().Objects;
        Assert.Equal(["a secret build", "\u001b[31mthe build is red", "the build is green"], found.Select(o => o.GetProperty("text").GetString()));
        Assert.Equal(["lab", "ops", "ops"], found.Select(o => o.GetProperty("room").GetString()));
        Assert.Equal("[[9,5]]", found[0].GetProperty("marks").GetRawText());
        Assert.Equal("[[3,2]]", (await bob.ChatAsync("search", "上海", "-o", "ndjson")).Done().Objects.Single().GetProperty("marks").GetRawText());
        Assert.EndsWith("[ops] ann: the build is green\n", (await bob.ChatAsync("search", "\"is green\"", "--room", "ops", "--from", "ann")).Done().Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', (await bob.ChatAsync("search", "red")).Done().Output);
        Assert.Single((await ann.ChatAsync("search", "build", "--count", "1", "-o", "ndjson")).Done().Objects);
        (await bob.ChatAsync("search", "secret", "--room", "ops")).Failed(3, "nothing was found");
        (await bob.ChatAsync("search", "++")).Failed(1, "no word");
        (await bob.ChatAsync("search")).Failed(2, "WORDS");
    }
}
