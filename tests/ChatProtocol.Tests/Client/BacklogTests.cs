using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>What becomes of everything while nobody takes the events.</summary>
public sealed class BacklogTests
{
    private const int Window = 10_000;

    private static readonly string Text = new('x', 1000);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static int EntryBytes => FrameCodec.Encode(ScriptedPeer.Entry(1, Text)).Length;

    [Spec("CP-DEL-035")]
    [Fact(Timeout = 10_000)]
    public async Task What_is_taken_of_a_room_is_told_before_it_is_a_window()
    {
        await using var server = new ScriptedServer { GivesCredit = true };
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { RoomWindow = Window });
        await peer.SendAsync(Entries(1, 10));
        await TakeAsync(client, 4);
        Assert.IsType<Ping>(await NextAfterPingAsync(client, peer));

        await TakeAsync(client, 1);

        Assert.Equal(new Taken(5, 5 * (ulong)EntryBytes), await peer.ReceiveAsync<Taken>());
        await TakeAsync(client, 5);
        Assert.Equal(new Taken(5, 10 * (ulong)EntryBytes), await peer.ReceiveAsync<Taken>());
    }

    [Spec("CP-DEL-035")]
    [Fact(Timeout = 10_000)]
    public async Task A_page_does_not_count_as_taken()
    {
        await using var server = new ScriptedServer { GivesCredit = true };
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { RoomWindow = 2 * EntryBytes }, cursor: 5);
        var reading = room.HistoryAsync(5, cancellationToken: Stop);
        await peer.AnswerAsync<History>(h => new Page(h.Id, 5, 77, 5, 5, false));
        await peer.SendAsync(Entries(1, 5));
        await reading;
        await peer.SendAsync(Entries(6, 1));
        await TakeAsync(client, 1);

        Assert.Equal(new Taken(5, (ulong)EntryBytes), await peer.ReceiveAsync<Taken>());
    }

    [Spec("CP-DEL-036")]
    [Fact(Timeout = 10_000)]
    public async Task Of_a_room_that_is_being_left_nothing_is_told_any_more_and_the_next_membership_counts_from_nothing()
    {
        await using var server = new ScriptedServer { GivesCredit = true };
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { RoomWindow = 2 * EntryBytes });
        await peer.SendAsync(Entries(1, 10));
        await TakeAsync(client, 1);
        Assert.Equal(new Taken(5, (ulong)EntryBytes), await peer.ReceiveAsync<Taken>());
        var leaving = room.LeaveAsync(Stop);
        var leave = await peer.ReceiveAsync<Leave>();
        await TakeAsync(client, 9);
        await peer.SendAsync(new Ok(leave.Id));
        await leaving;
        var joining = client.JoinAsync("tea", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, join.Name, 77, 1, 10, 10, null));
        await joining;
        await peer.SendAsync(Entries(11, 1));
        await TakeAsync(client, 1);

        Assert.Equal(new Taken(5, (ulong)EntryBytes), await peer.ReceiveAsync<Taken>());
    }

    [Spec("CP-ROM-022", "CP-DEL-034")]
    [Fact(Timeout = 10_000)]
    public async Task A_private_room_that_the_servers_inbox_joins_anew_counts_from_nothing_also_while_entries_of_before_wait()
    {
        await using var server = new ScriptedServer { GivesCredit = true };
        var (client, peer) = await server.WelcomeAsync(o => o with { RoomWindow = 2 * EntryBytes, Inbox = true });
        var opened = new PrivateRoom(5, 9, "bob", 1, 1, 0);
        await peer.SendAsync([opened, .. Entries(1, 3)]);
        Assert.IsType<PrivateRoomOpened>(await client.EventsAsync(Stop).FirstAsync(Stop));
        await TakeAsync(client, 1);
        Assert.Equal(new Taken(5, (ulong)EntryBytes), await peer.ReceiveAsync<Taken>());
        await peer.SendAsync([opened with { Cursor = 3 }, .. Entries(4, 1)]);
        Assert.IsType<Ping>(await NextAfterPingAsync(client, peer));
        await TakeAsync(client, 3);

        Assert.Equal(new Taken(5, (ulong)EntryBytes), await peer.ReceiveAsync<Taken>());
    }

    [Fact(Timeout = 10_000)]
    public async Task Answers_do_not_wait_behind_messages_and_a_server_without_credit_is_left_until_they_are_taken()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { RoomWindow = Window });
        var pinging = client.PingAsync(Stop);
        var ping = await peer.ReceiveAsync<Ping>();
        await peer.SendAsync([.. Entries(1, 50), new Pong(ping.Id)]);
        await pinging;
        var leave = await peer.ReceiveAsync<Leave>();
        await peer.SendAsync([.. Entries(51, 10), new Ok(leave.Id)]);
        Assert.True(room.Joined);

        var kept = (int)(Window / EntryBytes) + 1;
        await TakeAsync(client, kept);
        var join = await peer.ReceiveAsync<Join>();
        Assert.Equal(((ulong)kept, 77UL), (join.After!.Value, join.Epoch!.Value));
        await peer.SendAsync([new RoomInfo(join.Id, 5, RoomKind.Public, "tea", 77, 1, 60, (ulong)kept, null), .. Entries(kept + 1, 1)]);

        var next = Assert.IsType<MessageReceived>(Assert.Single(await TakeAsync(client, 1)));
        Assert.Same(room, next.Room);
        Assert.Equal((ulong)kept + 1, next.Message.Seq);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_room_that_stands_still_can_be_left_for_good()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { RoomWindow = Window });
        await peer.SendAsync(Entries(1, 50));
        await peer.AnswerAsync<Leave>(l => new Ok(l.Id));
        var leaving = room.LeaveAsync(Stop);
        await peer.AnswerAsync<Leave>(l => new Error(l.Id, ErrorCode.NotJoined, "you are not in this room"));
        await leaving;
        Assert.False(room.Joined);

        await TakeAsync(client, (Window / EntryBytes) + 1);

        Assert.IsType<Ping>(await NextAfterPingAsync(client, peer));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_client_that_joins_nothing_and_takes_nothing_goes_on_however_many_notices_come()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        await peer.SendAsync(Enumerable.Range(1, 5000).Select(i => new Notice((ulong)i, "hear")));
        Assert.IsType<Ping>(await NextAfterPingAsync(client, peer));

        var events = await TakeAsync(client, 1025);

        Assert.Equal(new EventsMissed(5000 - 1024), events[0]);
        Assert.Equal([3977L, 5000L], [((NoticeReceived)events[1]).Time.ToUnixTimeMilliseconds(), ((NoticeReceived)events[^1]).Time.ToUnixTimeMilliseconds()]);
    }

    [Fact(Timeout = 10_000)]
    public async Task Presence_that_waits_is_told_as_one_change()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(
            new Presence(5, 3, [new(9, "bob"), new(10, "eve")], []),
            ScriptedPeer.Entry(1),
            new Presence(5, 2, [new(9, "bert")], [new(10, "eve")]),
            new Presence(5, 2, [new(11, "ida")], [new(12, "joe")]));
        Assert.IsType<Ping>(await NextAfterPingAsync(client, peer));

        var events = await TakeAsync(client, 2);

        Assert.IsType<MessageReceived>(events[0]);
        var change = Assert.IsType<PresenceChanged>(events[1]);
        Assert.Equal(2UL, change.Count);
        Assert.Equal([(9UL, "bert"), (11UL, "ida")], change.Arrived.Select(user => (user.Principal, user.Name)));
        Assert.Equal([(10UL, "eve"), (12UL, "joe")], change.Left.Select(user => (user.Principal, user.Name)));
    }

    [Fact(Timeout = 10_000)]
    public async Task Presence_without_lists_keeps_its_meaning_when_it_is_merged()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(new Presence(5, 101, [], []), new Presence(5, 100, [], [new(9, "bob")]), new Lag(5, 7), new Lag(5, 8));
        Assert.IsType<Ping>(await NextAfterPingAsync(client, peer));

        var events = await TakeAsync(client, 2);

        var change = Assert.IsType<PresenceChanged>(events[0]);
        Assert.Equal((100UL, 0, 0), (change.Count, change.Arrived.Count, change.Left.Count));
        Assert.Equal(new FellBehind(room, 8), events[1]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reconnections_that_nobody_hears_of_wedge_nothing_however_many_they_are()
    {
        await using var server = new ScriptedServer { GivesCredit = true };
        var (client, peer) = await server.WelcomeAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan });
        for (var i = 0; i < 30; i++)
        {
            peer.Close();
            peer = await server.AcceptAsync();
            await peer.WelcomeAsync(server.Limits);
            await peer.LogInAsync(givesCredit: true);
        }
        Assert.IsType<Ping>(await NextAfterPingAsync(client, peer));

        Assert.All(await TakeAsync(client, 16), happened => Assert.True(happened is ConnectionLost or ConnectionRestored));
        await peer.SendAsync(new Notice(1, "last"));
        Assert.IsType<NoticeReceived>(Assert.Single(await TakeAsync(client, 1)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Posting_for_each_event_of_a_long_backlog_comes_to_its_end()
    {
        await using var server = await TestServer.StartAsync();
        await using var writer = await ConnectAsync(server, "writer");
        var past = await writer.OpenAsync("tea", create: true, Stop);
        for (var i = 0; i < 20; i++)
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => past.PostAsync(Text, Stop)));
        await using var bot = await ConnectAsync(server, "bot");
        var answers = await bot.OpenAsync("answers", create: true, Stop);
        var room = await bot.JoinAsync("tea", new JoinOptions { From = ChatCursor.Beginning }, Stop);

        var seqs = new List<ulong>();
        await foreach (var happened in bot.EventsAsync(Stop))
        {
            if (happened is not MessageReceived said)
                continue;
            seqs.Add(said.Message.Seq);
            await answers.PostAsync("yes", Stop);
            if (seqs.Count == 2000)
                break;
        }

        Assert.Equal(Enumerable.Range(1, 2000).Select(i => (ulong)i), seqs);
        Assert.True(room.Joined);
    }

    private static IEnumerable<Frame> Entries(int first, int count) =>
        Enumerable.Range(first, count).Select(seq => ScriptedPeer.Entry((ulong)seq, Text));

    private static Task<ChatClient> ConnectAsync(TestServer server, string name) => ChatClient.ConnectAsync(
        new() { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = name, Secret = ScriptedServer.Secret, RoomWindow = Window }, Stop);

    private static async Task<List<ChatEvent>> TakeAsync(ChatClient client, int count) =>
        await client.EventsAsync(Stop).Take(count).ToListAsync(Stop);

    /// <summary>The next frame of the client, when it has nothing to say but a ping; everything sent before is read by then.</summary>
    private static async Task<Frame?> NextAfterPingAsync(ChatClient client, ScriptedPeer peer)
    {
        var pinging = client.PingAsync(Stop);
        var next = await peer.ReceiveAsync();
        if (next is not Ping ping)
            return next;
        await peer.SendAsync(new Pong(ping.Id));
        await pinging;
        return next;
    }
}
