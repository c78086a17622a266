using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class EventTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task A_message_right_behind_joins_reply_knows_its_room()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var joining = client.JoinAsync("#tea", new JoinOptions { From = ChatCursor.At(3, 77), Presence = PresenceMode.Full }, Stop);
        var join = await peer.ReceiveAsync<Join>();
        Assert.Equal(("tea", 3UL, 77UL, PresenceMode.Full), (join.Name, join.After!.Value, join.Epoch!.Value, join.Presence));
        await peer.SendAsync(new RoomInfo(join.Id, 5, RoomKind.Public, "tea", 77, 1, 4, 3, null), ScriptedPeer.Entry(4), ScriptedPeer.Entry(5));

        var events = await TakeAsync(client, 2);

        var room = await joining;
        Assert.Equal([Received(room, 4), Received(room, 5)], events);
        Assert.Equal((5UL, "tea", 77UL, 5UL, 5UL, true), (room.Id, room.Name, room.Epoch, room.Head, room.Cursor.Seq, room.Joined));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_cursor_follows_what_was_taken_and_the_head_what_came()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(ScriptedPeer.Entry(1), ScriptedPeer.Entry(2), ScriptedPeer.Entry(3));
        await PingAsync(client, peer);

        await TakeAsync(client, 1);

        Assert.Equal((1UL, 3UL), (room.Cursor.Seq, room.Head));
    }

    [Fact(Timeout = 10_000)]
    public async Task Everything_that_comes_unasked_comes_in_order()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var presence = new Presence(5, 2, [new PresentUser(9, "bob")], []);
        await peer.SendAsync(presence, ScriptedPeer.Entry(1), new Lag(5, 40), new Notice(1, "back soon"), new PrivateRoom(8, 9, "bob", 1, 1, 0), ScriptedPeer.Entry(1, room: 8));

        var events = await TakeAsync(client, 6);

        var came = Assert.IsType<PresenceChanged>(events[0]);
        Assert.Equal((room, 2UL, "bob"), (came.Room, came.Count, came.Arrived[0].Name));
        Assert.Same(room, Assert.IsType<MessageReceived>(events[1]).Room);
        Assert.Equal(new FellBehind(room, 40), events[2]);
        Assert.Equal("back soon", Assert.IsType<NoticeReceived>(events[3]).Text.ToString());
        var private_ = Assert.IsType<PrivateRoomOpened>(events[4]).Room;
        Assert.Equal((RoomKind.Private, 9UL, "@bob", true), (private_.Kind, private_.Peer!.Value, private_.ToString(), private_.Joined));
        Assert.Same(private_, Assert.IsType<MessageReceived>(events[5]).Room);
    }

    [Spec("CP-ROM-022")]
    [Fact(Timeout = 10_000)]
    public async Task A_private_room_that_the_server_let_go_just_goes_on_and_one_that_missed_something_is_told_of()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var opened = new PrivateRoom(8, 9, "bob", 1, 1, 0);
        await peer.SendAsync(opened, ScriptedPeer.Entry(1, room: 8), opened with { Cursor = 1 }, ScriptedPeer.Entry(2, room: 8));
        await peer.SendAsync(opened with { Cursor = 4 }, ScriptedPeer.Entry(5, room: 8));

        var events = await TakeAsync(client, 5);

        var room = Assert.IsType<PrivateRoomOpened>(events[0]).Room;
        Assert.Equal([(room, 1UL), (room, 2UL)], events.Skip(1).Take(2).Cast<MessageReceived>().Select(e => (e.Room, e.Message.Seq)));
        var next = Assert.IsType<PrivateRoomOpened>(events[3]).Room;
        Assert.Equal((next, 5UL), (((MessageReceived)events[4]).Room, ((MessageReceived)events[4]).Message.Seq));
    }

    [Spec("CP-ROM-020")]
    [Fact(Timeout = 10_000)]
    public async Task A_room_that_was_removed_delivers_no_more_and_another_of_its_name_is_another()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync("one", Stop);
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 1));
        await posting;
        await peer.SendAsync(new RoomRemoved(5));
        Assert.Equal(new RoomRemovedByAdmin(room), Assert.Single(await TakeAsync(client, 1)));
        Assert.False(room.Joined);

        var joining = client.JoinAsync("tea", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(j => new RoomInfo(j.Id, 6, RoomKind.Public, "tea", 77, 1, 0, 0, null));
        posting = (await joining).PostAsync("two", Stop);
        Assert.Equal((6UL, 1UL), await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 2)) is var post ? (post.Room, post.Counter!.Value) : default);
        await posting;
    }

    [Fact(Timeout = 10_000)]
    public async Task A_name_changed_elsewhere_is_this_clients_too()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(new Renamed("anna"));

        Assert.Equal(new NameChanged("anna"), Assert.Single(await TakeAsync(client, 1)));
        Assert.Equal("anna", client.Name);
    }

    [Fact(Timeout = 10_000)]
    public async Task Entries_of_a_page_go_to_who_asked_and_live_messages_to_the_events()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(cursor: 10);
        var reading = room.HistoryAsync(3, before: 9, cancellationToken: Stop);
        var asked = await peer.ReceiveAsync<History>();
        await peer.SendAsync(
            ScriptedPeer.Entry(11, "live"),
            new Page(asked.Id, 5, 77, 2, 11, true), ScriptedPeer.Entry(7), ScriptedPeer.Entry(8),
            ScriptedPeer.Entry(12, "live"));

        var page = await reading;

        Assert.Equal([7UL, 8UL], page.Entries.Select(e => e.Seq));
        Assert.Equal((77UL, 11UL, true), (page.Epoch, page.Head, page.More));
        Assert.Equal((3, 9UL, null), (asked.Count, asked.Before!.Value, asked.After));
        Assert.Equal([11UL, 12UL], (await TakeAsync(client, 2)).Select(e => ((MessageReceived)e).Message.Seq));
    }

    [Fact(Timeout = 10_000)]
    public async Task Entries_of_a_page_that_nobody_waits_for_any_more_do_not_become_news()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(cursor: 10);
        using var cancel = new CancellationTokenSource();
        var reading = room.HistoryAsync(3, cancellationToken: cancel.Token);
        var asked = await peer.ReceiveAsync<History>();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await peer.SendAsync(new Page(asked.Id, 5, 77, 1, 10, false), ScriptedPeer.Entry(10), ScriptedPeer.Entry(11));

        Assert.Equal(11UL, Assert.IsType<MessageReceived>(Assert.Single(await TakeAsync(client, 1))).Message.Seq);
    }

    [Spec("CP-DEL-027")]
    [Fact(Timeout = 10_000)]
    public async Task What_does_not_come_is_told_in_its_place_and_counts_as_come()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(ScriptedPeer.Entry(1), new Gap(5, 2, 4, GapReason.Damaged), ScriptedPeer.Entry(5), new Gap(5, 6, 6, (GapReason)99), new Gap(77, 1, 2, GapReason.Damaged));

        var events = await TakeAsync(client, 4);

        Assert.Equal(new MessagesMissing(room, 2, 4, GapReason.Damaged), events[1]);
        Assert.Equal(5UL, Assert.IsType<MessageReceived>(events[2]).Message.Seq);
        Assert.Equal(new MessagesMissing(room, 6, 6, (GapReason)99), events[3]);
        Assert.Equal((6UL, 6UL), (room.Cursor.Seq, room.Head));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_gap_that_is_not_the_next_breaks_the_protocol()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(ScriptedPeer.Entry(1), new Gap(5, 3, 4, GapReason.Damaged));

        var ended = Assert.IsType<SessionEnded>((await TakeAsync(client, 2))[1]);
        Assert.Contains("a gap from 3 to 4", ended.Error!.Message, StringComparison.Ordinal);
    }

    [Spec("CP-HIS-010")]
    [Fact(Timeout = 10_000)]
    public async Task A_range_is_read_on_behind_what_is_damaged_also_where_a_page_has_nothing_else()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var reading = room.PagesAsync(through: 7, cancellationToken: Stop).ToListAsync(Stop).AsTask();
        await peer.AnswerAsync<History>(h => new Page(h.Id, 5, 77, 2, 9, true, 1));
        await peer.SendAsync(ScriptedPeer.Entry(1), ScriptedPeer.Entry(4), new Gap(5, 2, 3, GapReason.Damaged));
        Assert.Equal(4UL, (await peer.AnswerAsync<History>(h => new Page(h.Id, 5, 77, 0, 9, true, 1))).After);
        await peer.SendAsync(new Gap(5, 5, 6, GapReason.Damaged));
        Assert.Equal(6UL, (await peer.AnswerAsync<History>(h => new Page(h.Id, 5, 77, 1, 9, true))).After);
        await peer.SendAsync(ScriptedPeer.Entry(7));

        var parts = (await reading).SelectMany(page => page.InOrder());
        Assert.Equal(["1", "2-3", "4", "5-6", "7"], parts.Select(part => part is HistoryGap gap ? $"{gap.First}-{gap.Last}" : $"{((ChatMessage)part).Seq}"));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_whole_range_is_read_page_by_page()
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { Page = 2 } };
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var reading = room.MessagesAsync(after: 1, through: 4, cancellationToken: Stop).ToListAsync(Stop).AsTask();
        var first = await peer.ReceiveAsync<History>();
        await peer.SendAsync(new Page(first.Id, 5, 77, 2, 9, true), ScriptedPeer.Entry(2), ScriptedPeer.Entry(3));
        var second = await peer.ReceiveAsync<History>();
        await peer.SendAsync(new Page(second.Id, 5, 77, 1, 9, true), ScriptedPeer.Entry(4));

        Assert.Equal([2UL, 3UL, 4UL], (await reading).Select(m => m.Seq));
        Assert.Equal((1UL, 2, 3UL, 1), (first.After!.Value, first.Count, second.After!.Value, second.Count));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_room_that_was_left_is_no_longer_joined()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var leaving = room.LeaveAsync(Stop);
        var leave = await peer.AnswerAsync<Leave>(l => new Ok(l.Id));
        await leaving;

        Assert.Equal((5UL, false), (leave.Room, room.Joined));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_servers_bye_is_the_last_event_and_fails_what_is_under_way()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync("x", Stop);
        await peer.ReceiveAsync<Post>();
        await peer.SendAsync(ScriptedPeer.Entry(1), new Bye(ByeCode.Restart, "new version", 3000));

        var events = await client.EventsAsync(Stop).ToListAsync(Stop);

        Assert.Equal(2, events.Count);
        var ended = Assert.IsType<SessionEnded>(events[1]);
        Assert.Equal(new ServerBye { Why = ByeCode.Restart, Reason = "new version", Back = TimeSpan.FromSeconds(3) }, ended.Bye);
        var e = await Assert.ThrowsAsync<ChatException>(() => posting);
        Assert.Equal((ChatFailure.Disconnected, Outcome.Unknown, false), (e.Failure, e.Outcome, e.MayRetry));
        Assert.True(ended.Error!.MayRetry);
        Assert.Equal(ended.Bye, e.Bye);
        Assert.False(room.Joined);
    }

    [Theory(Timeout = 10_000)]
    [InlineData(ByeCode.Shutdown, null, false)]
    [InlineData(ByeCode.Kicked, null, false)]
    [InlineData(ByeCode.Shutdown, 5UL, true)]
    [InlineData(ByeCode.Silent, null, true)]
    public async Task A_bye_says_whether_to_come_back(ByeCode why, ulong? back, bool comesBack)
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        await peer.SendAsync(new Bye(why, "", back));

        var ended = Assert.IsType<SessionEnded>(Assert.Single(await TakeAsync(client, 1)));

        Assert.Equal(comesBack, ended.Error!.MayRetry);
    }

    [Fact(Timeout = 10_000)]
    public async Task The_events_have_one_reader_at_a_time_and_the_next_goes_on_where_the_last_stopped()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(ScriptedPeer.Entry(1), ScriptedPeer.Entry(2));

        await foreach (var first in client.EventsAsync(Stop))
        {
            Assert.Equal(1UL, ((MessageReceived)first).Message.Seq);
            await Assert.ThrowsAsync<InvalidOperationException>(() => TakeAsync(client, 1));
            break;
        }

        Assert.Equal(2UL, Assert.IsType<MessageReceived>(Assert.Single(await TakeAsync(client, 1))).Message.Seq);
    }

    [Fact(Timeout = 10_000)]
    public async Task Waiting_for_events_can_be_cancelled()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = client.EventsAsync(cancel.Token).FirstAsync(Stop).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await peer.SendAsync(ScriptedPeer.Entry(1));
        Assert.Single(await TakeAsync(client, 1));
    }

    private static async Task<List<ChatEvent>> TakeAsync(ChatClient client, int count) =>
        await client.EventsAsync(Stop).Take(count).ToListAsync(Stop);

    private static async Task PingAsync(ChatClient client, ScriptedPeer peer)
    {
        var pinging = client.PingAsync(Stop);
        await peer.AnswerAsync<Ping>(p => new Pong(p.Id));
        await pinging;
    }

    private static MessageReceived Received(ChatRoom room, ulong seq) => new(room, (ChatMessage)WireEntries.Of(ScriptedPeer.Entry(seq)));
}
