using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class ReconnectTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-DEL-021")]
    [Fact(Timeout = 20_000)]
    public async Task What_was_not_answered_goes_again_as_it_was_and_before_anything_new()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var postings = Enumerable.Range(1, 4).Select(i => room.PostAsync($"{i}", Stop)).ToList();
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        await postings[0];
        for (var i = 2; i <= 4; i++)
            await peer.ReceiveAsync<Post>();
        peer.Close();
        postings.Add(room.PostAsync("5", Stop));

        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => Room(j.Id, cursor: 0, head: 3));
        for (var i = 2UL; i <= 5; i++)
        {
            var post = await again.AnswerAsync<Post>(p => new Posted(p.Id, p.Counter, 0));
            Assert.Equal(($"{i}", i), (post.Text.ToString(), post.Counter!.Value));
        }
        Assert.Equal([1, 2, 3, 4, 5], (await Task.WhenAll(postings)).Select(receipt => receipt.Seq!.Value));
    }

    [Spec("CP-DEL-012")]
    [Fact(Timeout = 20_000)]
    public async Task Rooms_go_on_behind_what_was_received_and_the_program_sees_neither_gap_nor_duplicate()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack, cursor: 7);
        await peer.SendAsync(ScriptedPeer.Entry(8), ScriptedPeer.Entry(9));
        await using var events = client.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        for (var i = 0; i < 2; i++)
            await events.MoveNextAsync();
        peer.Close();

        var again = await BackAsync(server);
        var join = await again.AnswerAsync<Join>(j => Room(j.Id, j.After!.Value, head: 11));
        await again.SendAsync(ScriptedPeer.Entry(10), ScriptedPeer.Entry(11));

        Assert.Equal(("tea", 9UL, 77UL), (join.Name, join.After!.Value, join.Epoch!.Value));
        Assert.IsType<ConnectionLost>(await NextAsync(events));
        Assert.IsType<ConnectionRestored>(await NextAsync(events));
        for (var seq = 10UL; seq <= 11; seq++)
        {
            var received = Assert.IsType<MessageReceived>(await NextAsync(events));
            Assert.Equal(seq, received.Message.Seq);
            Assert.Same(room, received.Room);
        }
        Assert.True(room.Joined);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_server_that_says_when_it_is_back_is_not_tried_before()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await server.WelcomeAsync(o => ComingBack(o) with { TimeProvider = time });
        await peer.SendAsync(new Bye(ByeCode.Restart, "upgrade", 5000));
        Assert.Equal(TimeSpan.FromSeconds(5), Assert.IsType<ConnectionLost>(await client.EventsAsync(Stop).FirstAsync(Stop)).Error.Bye!.Back);

        var coming = server.AcceptAsync();
        for (var i = 0; i < 50; i++)
        {
            Assert.False(coming.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(99));
            await Task.Yield();
        }
        // At the latest a second after that.
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return coming.IsCompleted;
        }, "it has come back");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_server_that_wants_to_be_left_alone_for_ages_is_looked_for_after_a_day()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await server.WelcomeAsync(o => ComingBack(o) with { TimeProvider = time });
        await peer.SendAsync(new Bye(ByeCode.Restart, "upgrade", (long)Limits.MaxInteger));
        Assert.IsType<ConnectionLost>(await client.EventsAsync(Stop).FirstAsync(Stop));

        var coming = server.AcceptAsync();
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromDays(1));
            return coming.IsCompleted;
        }, "it has come back");
    }

    [Spec("CP-SES-018")]
    [Theory(Timeout = 20_000)]
    [InlineData(ByeCode.Kicked)]
    [InlineData(ByeCode.Shutdown)]
    public async Task Whoever_is_not_asked_back_does_not_come_back(ByeCode why)
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(ComingBack);
        await peer.SendAsync(new Bye(why, "", null));

        Assert.Equal(why, Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).SingleAsync(Stop)).Bye!.Why);
    }

    [Fact(Timeout = 20_000)]
    public async Task When_the_time_is_up_the_session_ends_with_what_the_last_try_ended_with()
    {
        var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { ReconnectFor = TimeSpan.FromMilliseconds(300) });
        var posting = room.PostAsync("x", Stop);
        await peer.ReceiveAsync<Post>();
        server.StopListening();
        peer.Close();

        var e = await Assert.ThrowsAsync<ChatException>(() => posting);
        Assert.Equal(ChatFailure.Unreachable, e.Failure);
        Assert.Equal((Outcome.Unknown, false), (e.Outcome, e.MayRetry));
        Assert.Equal(e.Message, Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).LastAsync(Stop)).Error!.Message);
        Assert.False(room.Joined);
        await server.DisposeAsync();
    }

    [Fact(Timeout = 20_000)]
    public async Task What_a_server_that_stops_did_not_take_any_more_it_gets_when_it_is_back()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var posting = room.PostAsync("in time?", Stop);
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.ShuttingDown, "about to stop"));
        await peer.SendAsync(new Bye(ByeCode.Restart, "", 0));

        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => Room(j.Id, 0, 0));
        await again.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        Assert.Equal(1UL, (await posting).Seq);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_page_that_was_cut_off_is_read_anew_and_whole()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var reading = room.HistoryAsync(2, cancellationToken: Stop);
        var asked = await peer.ReceiveAsync<History>();
        await peer.SendAsync(new Page(asked.Id, 5, 77, 2, 2, false), ScriptedPeer.Entry(1));
        peer.Close();

        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => Room(j.Id, 0, 2));
        asked = await again.ReceiveAsync<History>();
        await again.SendAsync(new Page(asked.Id, 5, 77, 2, 2, false), ScriptedPeer.Entry(1), ScriptedPeer.Entry(2));
        Assert.Equal([1, 2], (await reading).Entries.Select(entry => entry.Seq));
    }

    [Spec("CP-DEL-019")]
    [Fact(Timeout = 20_000)]
    public async Task After_a_restore_the_program_is_told_what_is_void_and_posts_count_on_from_what_the_server_knows()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var first = Enumerable.Range(1, 3).Select(i => room.PostAsync($"{i}", Stop)).ToList();
        for (var i = 1UL; i <= 3; i++)
            await peer.AnswerAsync<Post>(p => new Posted(p.Id, p.Counter, 0));
        await Task.WhenAll(first);
        await peer.SendAsync(ScriptedPeer.Entry(1), ScriptedPeer.Entry(2), ScriptedPeer.Entry(3));
        await using var events = client.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        for (var i = 0; i < 3; i++)
            await events.MoveNextAsync();
        var unanswered = room.PostAsync("4", Stop);
        await peer.ReceiveAsync<Post>();
        peer.Close();

        // The backup was made when two were stored.
        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => new Error(j.Id, ErrorCode.EpochChanged, "restored", Value: 2));
        var join = await again.AnswerAsync<Join>(j => new RoomInfo(j.Id, 5, RoomKind.Public, "tea", 78, 3, 2, 2, null));
        Assert.Equal((2UL, null), (join.After!.Value, join.Epoch));
        await again.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.OutOfOrder, "expected 3", Value: 3));
        var post = await again.AnswerAsync<Post>(p => new Posted(p.Id, 3, 0));
        await again.SendAsync(ScriptedPeer.Entry(3, "4"));

        Assert.Equal(("4", 3UL), (post.Text.ToString(), post.Counter!.Value));
        Assert.Equal(new PostReceipt { Room = 5, Epoch = 78, Seq = 3, Time = DateTimeOffset.UnixEpoch }, await unanswered);
        Assert.IsType<ConnectionLost>(await NextAsync(events));
        Assert.IsType<ConnectionRestored>(await NextAsync(events));
        Assert.Equal(new RoomRewound(room, 2), await NextAsync(events));
        Assert.Equal("4", Assert.IsType<MessageReceived>(await NextAsync(events)).Message.Text.ToString());
    }

    [Spec("CP-DEL-010")]
    [Fact(Timeout = 20_000)]
    public async Task A_server_that_has_forgotten_the_publisher_gets_what_it_cannot_have_and_not_what_it_may_have()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var first = room.PostAsync("1", Stop);
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        await first;
        var sent = room.PostAsync("2", Stop);
        await peer.ReceiveAsync<Post>();
        peer.Close();
        Assert.IsType<ConnectionLost>(await client.EventsAsync(Stop).FirstAsync(Stop));
        var fresh = room.PostAsync("3", Stop);

        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => Room(j.Id, 0, 1));
        await again.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.PublisherForgotten, "who?"));
        await again.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.PublisherForgotten, "who?"));
        var post = await again.AnswerAsync<Post>(p => new Posted(p.Id, 2, 0));

        Assert.Equal(("3", 1UL), (post.Text.ToString(), post.Counter!.Value));
        Assert.Equal(ErrorCode.PublisherForgotten, (await Assert.ThrowsAsync<ChatException>(() => sent)).Code);
        Assert.Equal(2UL, (await fresh).Seq);
    }

    [Spec("CP-DEL-024")]
    [Fact(Timeout = 20_000)]
    public async Task A_quit_goes_out_only_when_every_post_is_answered_and_its_lost_answer_is_the_end()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var posting = room.PostAsync("last words", Stop);
        var quitting = client.QuitAsync(Stop);
        var post = await peer.ReceiveAsync<Post>();
        // Its answer to our ping would come behind the quit.
        await peer.SendAsync(new Ping(1));
        await peer.ReceiveAsync<Pong>();
        await peer.SendAsync(new Posted(post.Id, 1, 0));
        await peer.ReceiveAsync<Quit>();
        peer.Close();

        await quitting;
        Assert.Equal(1UL, (await posting).Seq);
        Assert.Equal(new SessionEnded(null, null), await client.EventsAsync(Stop).SingleAsync(Stop));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_change_of_name_whose_answer_was_lost_is_found_out()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(ComingBack);
        var renaming = client.NickAsync("anna", Stop);
        await peer.ReceiveAsync<Nick>();
        peer.Close();

        var stranger = await server.AcceptAsync();
        await stranger.WelcomeAsync(server.Limits);
        await stranger.AnswerAsync<Login>(login => new LoggedIn(login.Id, 13, 99, login.Name));
        var again = await server.AcceptAsync();
        await again.WelcomeAsync(server.Limits);
        Assert.Equal("anna", (await again.LogInAsync()).Name);
        await again.AnswerAsync<Nick>(nick => new LoggedIn(nick.Id, 12, 34, nick.Name));

        Assert.Equal("anna", await renaming);
        Assert.Equal(34UL, client.Principal);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_order_that_may_have_been_carried_out_is_not_given_twice()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(ComingBack);
        var kicking = client.Admin.KickAsync(5, cancellationToken: Stop);
        await peer.ReceiveAsync<Kick>();
        peer.Close();

        Assert.Equal(ChatFailure.Disconnected, (await Assert.ThrowsAsync<ChatException>(() => kicking)).Failure);
        var again = await BackAsync(server);
        var pinging = client.PingAsync(Stop);
        await again.AnswerAsync<Ping>(ping => new Pong(ping.Id));
        await pinging;
    }

    [Spec("CP-ROM-008")]
    [Fact(Timeout = 20_000)]
    public async Task An_empty_room_that_has_vanished_is_made_again_and_what_waits_goes_there()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        peer.Close();
        var posting = room.PostAsync("first", Stop);

        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => new RoomInfo(j.Id, 6, RoomKind.Public, "tea", 77, 1, 0, 0, null));
        var post = await again.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        await again.SendAsync(ScriptedPeer.Entry(1, "first", room: 6));

        Assert.Equal(6UL, post.Room);
        Assert.Equal(6UL, (await posting).Room);
        Assert.Same(room, (await client.EventsAsync(Stop).OfType<MessageReceived>().FirstAsync(Stop)).Room);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_private_room_is_found_under_its_peers_new_name_and_never_mistaken_for_anothers()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(ComingBack);
        var opening = client.JoinAsync("@bob", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(j => Private(j.Id, 8, "bob", 50));
        var bob = await opening;
        var other = client.JoinAsync("@cid", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(j => Private(j.Id, 9, "cid", 51));
        var cid = await other;
        peer.Close();
        var posting = cid.PostAsync("for cid alone", Stop);

        var again = await BackAsync(server);
        await again.AnswerAsync<Rooms>(r => new RoomList(r.Id, [new RoomListItem(8, RoomKind.Private, "robert", 0, 1, 0)], false));
        await again.AnswerAsync<Open>(o => o.Name == "@robert" ? Private(o.Id, 8, "robert", 50) : Private(o.Id, 30, "cid", 52));
        await again.AnswerAsync<Open>(o => o.Name == "@robert" ? Private(o.Id, 8, "robert", 50) : Private(o.Id, 30, "cid", 52));
        Assert.Equal("@robert", (await again.AnswerAsync<Join>(j => Private(j.Id, 8, "robert", 50))).Name);
        // It goes to no room: the number that its own had may be another's by now.
        Assert.Equal(0UL, (await again.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.NoSuchRoom, "gone"))).Room);

        Assert.Equal(ErrorCode.NoSuchRoom, (await Assert.ThrowsAsync<ChatException>(() => posting)).Code);
        Assert.Equal((true, false), (bob.Joined, cid.Joined));
        Assert.Same(cid, (await client.EventsAsync(Stop).OfType<RoomLost>().FirstAsync(Stop)).Room);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_an_inbox_joins_before_we_have_come_back_to_it_leaves_no_gap()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(o => ComingBack(o) with { Inbox = true });
        await peer.SendAsync(new PrivateRoom(8, 50, "bob", 77, 1, 0), ScriptedPeer.Entry(1, room: 8));
        await using var events = client.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        for (var i = 0; i < 2; i++)
            await events.MoveNextAsync();
        peer.Close();

        var again = await BackAsync(server);
        // Two and three were said while we were away, and four as soon as we were back.
        await again.SendAsync(new PrivateRoom(8, 50, "bob", 77, 1, 3), ScriptedPeer.Entry(4, room: 8));
        await again.AnswerAsync<Rooms>(r => new RoomList(r.Id, [new RoomListItem(8, RoomKind.Private, "bob", 4, 1, 0)], false));
        await again.AnswerAsync<Open>(o => Private(o.Id, 8, "bob", 50));
        await again.AnswerAsync<Join>(j => new Error(j.Id, ErrorCode.AlreadyJoined, "already"));
        await again.AnswerAsync<Leave>(l => new Ok(l.Id));
        await again.AnswerAsync<Join>(j => new RoomInfo(j.Id, 8, RoomKind.Private, "bob", 77, 1, 4, j.After!.Value, 50));
        await again.SendAsync(Enumerable.Range(2, 3).Select(seq => ScriptedPeer.Entry((ulong)seq, room: 8)));

        Assert.IsType<ConnectionLost>(await NextAsync(events));
        Assert.IsType<ConnectionRestored>(await NextAsync(events));
        for (var seq = 2UL; seq <= 4; seq++)
            Assert.Equal(seq, Assert.IsType<MessageReceived>(await NextAsync(events)).Message.Seq);
    }

    [Spec("CP-DEL-022")]
    [Fact(Timeout = 20_000)]
    public async Task What_has_expired_meanwhile_is_told_and_passed_over()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack, cursor: 7);
        peer.Close();
        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => Room(j.Id, cursor: 9, head: 10) with { Oldest = 10 });
        await again.SendAsync(ScriptedPeer.Entry(10));

        var events = await client.EventsAsync(Stop).Where(happened => happened is not ReconnectAttempt).Take(4).ToListAsync(Stop);
        Assert.Equal(new MessagesExpired(room, 9), events[2]);
        Assert.Equal(10UL, Assert.IsType<MessageReceived>(events[3]).Message.Seq);
        Assert.Equal(10UL, room.Oldest);
    }

    [Fact(Timeout = 20_000)]
    public async Task Being_let_in_and_closed_with_the_same_error_again_counts_as_not_being_let_in()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync(o => o with { ReconnectFor = TimeSpan.FromMilliseconds(500) });
        var unreadable = new Error(null, ErrorCode.LogUnavailable, "the room's log cannot be read just now", RetryAfter: 10);
        var events = client.EventsAsync(Stop).ToListAsync(Stop).AsTask();
        async Task RefuseAsync()
        {
            while (true)
            {
                await peer.SendAsync(unreadable);
                peer.Close();
                peer = await BackAsync(server);
                await peer.AnswerAsync<Join>(j => Room(j.Id, 0, 10));
            }
        }

        await Task.WhenAny(events, RefuseAsync());

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<SessionEnded>((await events)[^1]).Error!.Code);
        Assert.Contains(await events, happened => happened is ConnectionRestored);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_connection_that_is_lost_again_on_the_way_back_costs_nothing()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var posting = room.PostAsync("1", Stop);
        await peer.ReceiveAsync<Post>();
        peer.Close();
        var halfway = await BackAsync(server);
        await halfway.ReceiveAsync<Join>();
        halfway.Close();
        var further = await BackAsync(server);
        await further.AnswerAsync<Join>(j => Room(j.Id, 0, 0));
        await further.ReceiveAsync<Post>();
        further.Close();

        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => Room(j.Id, 0, 0));
        Assert.Equal(1UL, (await again.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0))).Counter);
        Assert.Equal(1UL, (await posting).Seq);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_server_that_is_about_to_stop_does_not_cost_a_room()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        await using var events = client.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        peer.Close();
        var stopping = await BackAsync(server);
        await stopping.AnswerAsync<Join>(j => new Error(j.Id, ErrorCode.ShuttingDown, "about to stop", RetryAfter: 0));

        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(j => Room(j.Id, cursor: 0, head: 1));
        await again.SendAsync(ScriptedPeer.Entry(1));

        for (var i = 0; i < 2; i++)
        {
            Assert.IsType<ConnectionLost>(await NextAsync(events));
            Assert.IsType<ConnectionRestored>(await NextAsync(events));
        }
        Assert.Same(room, Assert.IsType<MessageReceived>(await NextAsync(events)).Room);
    }

    [Fact(Timeout = 20_000)]
    public async Task After_a_restore_a_receipt_names_the_new_epoch_also_for_a_room_that_was_only_opened()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(ComingBack);
        var opening = client.OpenAsync("tea", cancellationToken: Stop);
        await peer.AnswerAsync<Open>(o => Room(o.Id, cursor: 0, head: 0));
        var room = await opening;
        peer.Close();

        var again = await BackAsync(server);
        await again.AnswerAsync<Open>(o => new RoomInfo(o.Id, 5, RoomKind.Public, "tea", 78, 1, 0, 0, null));
        var posting = room.PostAsync("1", Stop);
        await again.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));

        Assert.Equal(new PostReceipt { Room = 5, Epoch = 78, Seq = 1, Time = DateTimeOffset.UnixEpoch }, await posting);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_client_that_is_disposed_while_it_waits_to_come_back_ends_at_once()
    {
        var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        server.StopListening();
        peer.Close();
        Assert.IsType<ConnectionLost>(await client.EventsAsync(Stop).FirstAsync(Stop));
        var posting = room.PostAsync("x", Stop);

        await client.DisposeAsync();

        Assert.Equal(ChatFailure.Disconnected, (await Assert.ThrowsAsync<ChatException>(() => posting)).Failure);
        Assert.Equal(new SessionEnded(null, null), await client.EventsAsync(Stop).LastAsync(Stop));
        await server.DisposeAsync();
    }

    private static ChatClientOptions ComingBack(ChatClientOptions options) => options with { ReconnectFor = Timeout.InfiniteTimeSpan };

    private static RoomInfo Room(ulong id, ulong cursor, ulong head) => new(id, 5, RoomKind.Public, "tea", 77, 1, head, cursor, null);

    private static RoomInfo Private(ulong id, ulong room, string peer, ulong principal) =>
        new(id, room, RoomKind.Private, peer, 77, 1, 0, 0, principal);

    private static async Task<ScriptedPeer> BackAsync(ScriptedServer server)
    {
        var again = await server.AcceptAsync();
        await again.WelcomeAsync(server.Limits);
        await again.LogInAsync();
        return again;
    }

    private static async Task<ChatEvent> NextAsync(IAsyncEnumerator<ChatEvent> events)
    {
        do
            Assert.True(await events.MoveNextAsync());
        while (events.Current is ReconnectAttempt);
        return events.Current;
    }
}
