using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// Every limit and time of the spec can be set, so that a client can be tried against it in seconds. The effects of two are
/// shown elsewhere: <c>in-flight</c> by the tests of slow readers, <c>stall-after</c> by those of silence.
/// </summary>
public sealed class LimitSettingsTests
{
    /// <summary>Limits that follow from what a user may post, by the setting that they follow from.</summary>
    private static readonly Dictionary<string, string> Following = new()
    {
        ["post-rate"] = "near:posts=3/s,7",
        ["post-burst"] = "near:posts=3/s,7",
        ["post-bytes"] = "near:post-bytes=2K/s,4K",
    };

    private static Regex Time { get; } = new(@"\b(\d[\d,]*|an?|two|ten) (ms|milliseconds?|seconds?|minutes?|hours?|days?|years?)\b");

    [Spec("CP-LIM-001", "CP-LIM-004")]
    [Fact(Timeout = 60_000)]
    public async Task Every_limit_of_the_spec_is_told_as_it_was_set()
    {
        var limits = Registry.Limits.Select(limit => Following.GetValueOrDefault(limit.Name) ?? $"welcome:{limit.Name}={limit.Floor}").Distinct();
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, [.. limits.SelectMany(limit => (string[])["--limit", limit])]);
        await using var client = await RawClient.ConnectAsync(chatd.Tcp);

        await client.SendAsync(client.Hello());

        var told = (await client.ReceiveAsync<Welcome>()).Limits.ByName().ToDictionary();
        Assert.All(Registry.Limits, limit => Assert.Equal(
            limit.Name switch { "post-rate" => 3, "post-burst" => 7, "post-bytes" => 2048, _ => limit.Floor }, told[limit.Name]));
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_time_that_a_requirement_states_can_be_set_or_the_spec_says_why_not()
    {
        var timed = SpecText.Requirements.Where(r => Time.IsMatch(r.Text) && SpecText.Files[r.File].Any(l => l.StartsWith($"- **{r.Id}**", StringComparison.Ordinal) && !l.Contains(", client)", StringComparison.Ordinal)));
        var rows = SpecText.Files["12-limits.md"].Where(l => l.StartsWith("| CP-", StringComparison.Ordinal)).Select(l => l.Split('|', StringSplitOptions.TrimEntries)).ToDictionary(cells => cells[1], cells => cells[3]);
        var listed = await ToolProcess.RunAsync(ChatdProcess.Program, ["config", "list", "-o", "json"], new Dictionary<string, string>());
        var flags = listed.Done().Objects[0].EnumerateArray().Select(row => $"--{row.GetProperty("name").GetString()!.Split(' ')[0]}").ToHashSet();

        Assert.Equal(timed.Select(r => r.Id).Order(), rows.Keys.Order());
        Assert.All(rows.Values.Where(set => !set.StartsWith("nothing: ", StringComparison.Ordinal)), set => Assert.Contains("chatd --", set, StringComparison.Ordinal));
        var named = SpecText.Files["12-limits.md"].SelectMany(l => Regex.Matches(l, "`[^`]*`")).Where(code => !code.Value.Contains("--age", StringComparison.Ordinal)).SelectMany(code => Regex.Matches(code.Value, "--[a-z-]+")).Select(flag => flag.Value);
        Assert.All(named, flag => Assert.Contains(flag, flags));
    }

    [Spec("CP-LIM-004")]
    [Fact(Timeout = 60_000)]
    public async Task A_limit_beyond_its_range_is_refused_with_the_range()
    {
        foreach (var limit in Registry.Limits.Where(limit => !Following.ContainsKey(limit.Name)))
            foreach (var value in new[] { limit.Floor - 1, limit.Ceiling + 1 })
            {
                var refused = await ToolProcess.RunAsync(ChatdProcess.Program, ["config", "check", "--limit", $"welcome:{limit.Name}={value}"], new Dictionary<string, string>());
                refused.Failed(2, $"limit welcome:{limit.Name}={value}: use a whole number from {limit.Floor} to {limit.Ceiling}");
            }
    }

    [Spec("CP-LIM-004")]
    [Fact(Timeout = 20_000)]
    public async Task A_server_of_the_library_tells_no_limit_beyond_its_range_either()
    {
        Assert.Equal("limit welcome:page is 99: it has to be from 100 to 100000", await TestServer.RefusedAsync(o => o with { Limits = Limits.Default with { Page = 99 } }));
        Assert.Equal("limit welcome:text is 8000: it has to be at least 256 less than frame, which is 8192", await TestServer.RefusedAsync(o => o with { Limits = Limits.Default with { Text = 8000, Frame = 8192 } }));
    }

    [Spec("CP-TRA-008")]
    [Fact(Timeout = 60_000)]
    public async Task A_frame_longer_than_was_set_closes()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--limit", "welcome:frame=8192,welcome:text=7000");
        await using var ann = await LogInAsync(chatd, "ann");
        var room = await ann.JoinAsync("tea");

        Assert.Equal(7000ul, (await ann.AskAsync<Error>(ann.PostOf(room.Room, new string('x', 7001)))).Value);
        await ann.SendAsync(ann.PostOf(room.Room, new string('x', 9000)));
        Assert.Equal(ErrorCode.FrameTooLong, (await ann.ReceiveAsync<Error>()).Reason);
        await ann.ClosedAsync();
    }

    [Spec("CP-HIS-003")]
    [Fact(Timeout = 60_000)]
    public async Task Pages_and_rooms_have_the_limits_that_were_set()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--limit", "welcome:page=100", "--limit", "welcome:joined-rooms=16", "--limit", "welcome:created-rooms=17");
        await using var ann = await LogInAsync(chatd, "ann");
        var rooms = new List<ulong>();
        for (var i = 0; i < 16; i++)
            rooms.Add((await ann.JoinAsync($"room{i}")).Room);

        Assert.Equal(ErrorCode.InvalidValue, (await ann.AskAsync<Error>(new History(ann.NextId(), rooms[0], 101, null, null))).Reason);
        Assert.Equal((ErrorCode.TooManyRooms, 16ul), await RefusalAsync(new Join(ann.NextId(), "room16", PresenceMode.None, null, null)));
        await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "room17", Create: true));
        Assert.Equal((ErrorCode.TooManyRooms, 17ul), await RefusalAsync(new Open(ann.NextId(), "room18", Create: true)));

        async Task<(ErrorCode, ulong?)> RefusalAsync(Request request) => await ann.AskAsync<Error>(request) is var error ? (error.Reason, error.Value) : default;
    }

    [Spec("CP-SES-005", "CP-SES-011", "CP-SES-016")]
    [Fact(Timeout = 60_000)]
    public async Task Silence_ends_after_the_times_that_were_set()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--limit", "welcome:hello-timeout=1000,welcome:ping-after=1000,welcome:dead-after=2000");
        await using var stranger = await RawClient.ConnectAsync(chatd.Tcp);
        await stranger.SendAsync(stranger.Hello());
        await using var ann = await LogInAsync(chatd, "ann");

        await stranger.ReceiveAsync<Welcome>();
        Assert.Equal(ErrorCode.HelloTimeout, (await stranger.ReceiveAsync<Error>()).Reason);
        await ann.ReceiveAsync<Ping>();
        Assert.Equal(ByeCode.Silent, (await ann.ReceiveAsync<Bye>()).Why);
    }

    [Spec("CP-TRA-012")]
    [Fact(Timeout = 60_000)]
    public async Task Half_a_frame_ends_after_the_time_that_was_set()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--frame-timeout", "500ms");
        await using var ann = await LogInAsync(chatd, "ann");

        await ann.SendBytesAsync(new byte[] { 0, 0 });

        Assert.Equal((ErrorCode.FrameTimeout, 500ul), await ann.ReceiveAsync<Error>() is var error ? (error.Reason, error.Value) : default);
    }

    [Spec("CP-DEL-013")]
    [Fact(Timeout = 60_000)]
    public async Task A_reader_is_told_of_lag_where_little_is_kept_in_memory()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--tail-bytes", "0", "--queue-bytes", "4K");
        await using var slow = await RawClient.ConnectAsync(chatd.Tcp, receiveBuffer: 4096);
        await slow.LogInAsync("slow");
        await using var ann = await LogInAsync(chatd, "ann");
        var room = (await ann.JoinAsync("tea")).Room;
        await slow.JoinAsync("tea");

        for (var i = 0; i < 100; i++)
            await ann.AskAsync<Posted>(ann.PostOf(room, new string('x', 20_000)));

        Assert.Equal(room, (await slow.UntilAsync<Lag>()).Room);
    }

    [Spec("CP-SES-009")]
    [Fact(Timeout = 60_000)]
    public async Task A_name_is_held_for_the_time_that_was_set()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--name-held", "1s");
        await using (await LogInAsync(chatd, "ann"))
        {
        }

        await Eventually.TrueAsync(async () =>
        {
            await using var other = await RawClient.ConnectAsync(chatd.Tcp);
            await other.SendAsync(other.Hello(), new Login(other.NextId(), "ann", CredentialKind.GuestKey, new byte[32], null, Inbox: false));
            await other.ReceiveAsync<Welcome>();
            return await other.ReceiveAsync() is LoggedIn;
        }, "somebody else is ann");
    }

    [Spec("CP-SES-021")]
    [Fact(Timeout = 60_000)]
    public async Task The_last_places_are_for_those_who_posted_as_long_ago_as_was_set()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--max-connections", "4", "--known-after", "1s");
        await using (var ann = await LogInAsync(chatd, "ann"))
            await ann.AskAsync<Posted>(ann.PostOf((await ann.JoinAsync("tea")).Room, "hello"));
        await using var one = await LogInAsync(chatd, "one");
        await using var two = await LogInAsync(chatd, "two");
        await using var three = await LogInAsync(chatd, "three");

        Assert.IsType<Error>(await TryAsync("four"));
        await Eventually.TrueAsync(async () => await TryAsync("ann") is LoggedIn, "ann has the last place");

        async Task<Frame?> TryAsync(string name)
        {
            await using var client = await RawClient.ConnectAsync(chatd.Tcp);
            await client.SendAsync(client.Hello(), client.LoginOf(name));
            await client.ReceiveAsync<Welcome>();
            return await client.ReceiveAsync();
        }
    }

    [Spec("CP-ROM-008")]
    [Fact(Timeout = 60_000)]
    public async Task A_room_that_nobody_joins_goes_after_the_time_that_was_set()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--unused-room-kept", "1s");
        await using var ann = await LogInAsync(chatd, "ann");
        await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true));

        await Eventually.TrueAsync(async () =>
        {
            await ann.SendAsync(new Open(ann.NextId(), "tea", Create: false));
            return await ann.ReceiveAsync() is Error { Reason: ErrorCode.NoSuchRoom };
        }, "there is no tea any more");
    }

    [Spec("CP-ADM-014")]
    [Fact(Timeout = 60_000)]
    public async Task What_has_expired_goes_as_soon_as_was_set()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--expiry-interval", "100ms");
        await using var admin = await RawClient.ConnectAsync(chatd.Admin);
        await admin.LogInAsAdminAsync();
        await using var ann = await LogInAsync(chatd, "ann");
        var room = (await ann.JoinAsync("tea")).Room;
        await ann.AskAsync<Posted>(ann.PostOf(room, "zero"));
        // At the change itself it is looked, too; what is said behind it has to be found later.
        await admin.AskAsync<Retention>(new Retain(admin.NextId(), room, true, 1000, null, null));
        await ann.AskAsync<Posted>(ann.PostOf(room, "one"));
        await ann.AskAsync<Posted>(ann.PostOf(room, "two"));

        await Eventually.TrueAsync(
            async () => (await admin.AskAsync<Retention>(new Retain(admin.NextId(), room, false, null, null, null))).Oldest == 3, "all but the last have expired");
    }

    [Fact(Timeout = 60_000)]
    public async Task There_may_be_as_many_silent_text_clients_as_was_set()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder, "--legacy-silent", "0");
        await using var silent = await TextClient.ConnectAsync(chatd.Tcp);

        Assert.Equal(["*** 服务器的连接已满，请稍后再来"], await silent.ReadToEndAsync());
    }

    private static Task<ChatdProcess> StartAsync(TemporaryFolder folder, params string[] arguments) =>
        ChatdProcess.StartAsync(["--data", folder.Path, "--listen", "tcp://127.0.0.1:0", .. arguments]);

    private static async Task<RawClient> LogInAsync(ChatdProcess chatd, string name) => await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync(name);
}
