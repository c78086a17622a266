using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>What a call that failed says of its effect, and whose calls are taken at all.</summary>
public sealed class OutcomeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task A_refused_post_was_not_carried_out_and_may_be_tried_again_if_the_server_says_so()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync("1", Stop);
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.LogUnavailable, "later", 1000));

        var e = await Assert.ThrowsAsync<ChatException>(() => posting);

        Assert.Equal((Outcome.Refused, true), (e.Outcome, e.MayRetry));
    }

    [Fact(Timeout = 10_000)]
    public async Task What_waited_for_its_turn_and_timed_out_was_not_sent_and_may_be_tried_again()
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { InFlight = 2 } };
        var time = new FakeTimeProvider();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { TimeProvider = time, RequestTimeout = TimeSpan.FromSeconds(5) });
        Task[] calls = [room.PostAsync("sent", Stop), room.PostAsync("waits", Stop)];
        await peer.ReceiveAsync<Post>();
        time.Pass(7);

        var sent = await Assert.ThrowsAsync<ChatException>(() => calls[0]);
        var waited = await Assert.ThrowsAsync<ChatException>(() => calls[1]);
        Assert.Equal((Outcome.Unknown, false), (sent.Outcome, sent.MayRetry));
        Assert.Equal((Outcome.NotSent, true), (waited.Outcome, waited.MayRetry));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_cancelled_call_says_whether_it_was_sent()
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { InFlight = 2 } };
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        using var cancel = new CancellationTokenSource();
        Task[] calls = [room.PostAsync("sent", cancel.Token), room.PostAsync("waits", cancel.Token)];
        var post = await peer.ReceiveAsync<Post>();
        await cancel.CancelAsync();

        Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<CallCanceledException>(() => calls[0])).Outcome);
        var e = await Assert.ThrowsAsync<CallCanceledException>(() => calls[1]);
        Assert.Equal((Outcome.NotSent, cancel.Token), (e.Outcome, e.CancellationToken));
        Assert.All(calls, call => Assert.True(call.IsCanceled));
        await peer.SendAsync(new Posted(post.Id, 1, 0));
        var next = room.PostAsync("next", Stop);
        Assert.Equal("next", (await peer.AnswerAsync<Post>(p => new Posted(p.Id, 2, 0))).Text.ToString());
        await next;
        Assert.Equal(Outcome.NotSent, (await Assert.ThrowsAsync<CallCanceledException>(() => client.PingAsync(cancel.Token))).Outcome);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_room_belongs_to_its_client_whichever_others_there_are()
    {
        await using var server = new ScriptedServer();
        var (_, first, room) = await server.WelcomeToRoomAsync();
        var (_, second) = await server.WelcomeAsync();

        var posting = room.PostAsync("x", Stop);
        await first.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        await posting;
        await second.SendAsync(new Ping(7));

        Assert.IsType<Pong>(await second.ReceiveAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task What_the_server_would_refuse_is_told_by_the_task_and_a_mistake_at_once()
    {
        await using var server = new ScriptedServer();
        var (client, _) = await server.WelcomeAsync();

        Task[] refused = [client.JoinAsync("a b", cancellationToken: Stop), client.OpenAsync("", cancellationToken: Stop), client.NickAsync("a b", Stop), client.Admin.KickUserAsync("a b", cancellationToken: Stop)];
        foreach (var call in refused)
        {
            var e = await Assert.ThrowsAsync<ChatException>(() => call);
            Assert.Equal((ErrorCode.BadName, Outcome.Refused), (e.Code, e.Outcome));
        }
        Assert.Throws<ArgumentNullException>(() => { _ = client.JoinAsync(null!, cancellationToken: Stop); });
        Assert.Throws<ArgumentException>(() => { _ = ChatClient.ConnectAsync(new ChatClientOptions { Name = "a b", Secret = ScriptedServer.Secret }, Stop); });
    }

    [Fact(Timeout = 10_000)]
    public async Task Whoever_disposes_a_client_waits_until_it_is_closed_and_nothing_may_be_asked_of_it_any_more()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync("x", Stop);
        await peer.ReceiveAsync<Post>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await client.DisposeAsync();
            // It is over, so that there is nothing to wait for.
            Assert.True(client.QuitAsync(Stop).IsCompletedSuccessfully);
        }, Stop)));

        Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<ChatException>(() => posting)).Outcome);
        // By the task, not by the call: a program may dispose a client while another of its threads posts.
        Task[] late =
        [
            room.PostAsync("y", Stop), room.HistoryAsync(1, cancellationToken: Stop), room.LeaveAsync(Stop), room.SeqBeforeLastAsync(1, 1, Stop),
            client.PingAsync(Stop), client.JoinAsync("tea", cancellationToken: Stop), client.OpenAsync("tea", cancellationToken: Stop), client.NickAsync("eve", Stop),
            client.BlockAsync("bob", Stop), client.UnblockAsync("bob", Stop), client.Admin.StatusAsync(Stop), client.Admin.KickAsync(1, cancellationToken: Stop),
        ];
        foreach (var call in late)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await client.RoomsAsync(Stop).FirstOrDefaultAsync(Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await room.MembersAsync(Stop).FirstOrDefaultAsync(Stop));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_number_that_the_protocol_cannot_carry_is_a_mistake_of_the_caller_and_does_not_cost_the_connection()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await using var _1 = client;
        const ulong TooLarge = Limits.MaxInteger + 1;

        Assert.Throws<ArgumentOutOfRangeException>("session", () => { _ = client.Admin.KickAsync(TooLarge, cancellationToken: Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("subject.Session", () => { _ = client.Admin.BanAsync(BanSubject.OfSession(TooLarge), cancellationToken: Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("seq", () => { _ = client.Admin.EraseAsync(1, TooLarge, Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("bytes", () => { _ = client.Admin.RetainAsync(1, null, null, TooLarge, Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("options.From?.Seq", () => { _ = client.JoinAsync("tea", new JoinOptions { From = ChatCursor.At(TooLarge) }, Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("options.From?.Epoch", () => { _ = client.JoinAsync("tea", new JoinOptions { From = ChatCursor.At(0, TooLarge) }, Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("before", () => { _ = room.HistoryAsync(1, before: TooLarge, cancellationToken: Stop); });
        Assert.Throws<ArgumentOutOfRangeException>("after", () => { _ = room.HistoryAsync(1, after: TooLarge, cancellationToken: Stop); });
        _ = room.SeqBeforeLastAsync(1, ulong.MaxValue, Stop);
        Assert.Equal(Limits.MaxInteger, (await peer.ReceiveAsync<History>()).Before);
    }

    [Fact(Timeout = 10_000)]
    public async Task Quitting_while_the_connection_is_being_made_again_ends_at_once_if_nothing_is_unanswered()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan });
        server.StopListening();
        peer.Close();
        Assert.IsType<ConnectionLost>(await client.EventsAsync(Stop).FirstAsync(Stop));

        await client.QuitAsync(Stop);
        await client.QuitAsync(Stop);

        Assert.Equal(new SessionEnded(null, null), await client.EventsAsync(Stop).LastAsync(Stop));
    }

    [Fact(Timeout = 20_000)]
    public async Task Quitting_while_the_connection_is_being_made_again_waits_for_what_is_unanswered()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan });
        var posting = room.PostAsync("x", Stop);
        await peer.ReceiveAsync<Post>();
        peer.Close();
        Assert.IsType<ConnectionLost>(await client.EventsAsync(Stop).FirstAsync(Stop));
        var quitting = client.QuitAsync(Stop);

        peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        await peer.LogInAsync();
        await peer.AnswerAsync<Join>(j => new RoomInfo(j.Id, 5, RoomKind.Public, "tea", 77, 1, 0, 0, null));
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        await peer.AnswerAsync<Quit>(q => new Ok(q.Id));

        await quitting;
        Assert.Equal(1UL, (await posting).Seq);
    }

    [Fact(Timeout = 20_000)]
    public async Task Calls_behind_a_proxy_that_accepts_and_is_silent_take_longer_and_do_not_fail()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await server.WelcomeAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan, TimeProvider = time });
        var coming = server.AcceptAsync();
        peer.Close();
        Assert.IsType<ConnectionLost>(await client.EventsAsync(Stop).FirstAsync(Stop));
        var pinging = client.PingAsync(Stop);
        for (var silent = 0; silent < 5; silent++)
        {
            await Eventually.TrueAsync(() =>
            {
                time.Pass(1);
                return coming.IsCompleted;
            }, "it comes again");
            var proxy = await coming;
            await proxy.ReceiveAsync<Hello>();
            coming = server.AcceptAsync();
            time.Pass(10);
        }
        Assert.False(pinging.IsCompleted);

        await Eventually.TrueAsync(() =>
        {
            time.Pass(1);
            return coming.IsCompleted;
        }, "it comes again");
        peer = await coming;
        await peer.WelcomeAsync(server.Limits);
        await peer.LogInAsync();
        await peer.AnswerAsync<Ping>(p => new Pong(p.Id));
        await pinging;
    }

    [Fact(Timeout = 10_000)]
    public async Task A_program_that_was_stopped_for_long_neither_loses_its_connection_nor_fails_its_calls()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { TimeProvider = time });
        var posting = room.PostAsync("x", Stop);
        var post = await peer.ReceiveAsync<Post>();

        time.Advance(TimeSpan.FromHours(1));
        time.Pass(1);

        await peer.SendAsync(new Posted(post.Id, 1, 0));
        Assert.Equal(1UL, (await posting).Seq);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_call_that_timed_out_asks_whether_the_server_is_there_and_a_silent_one_is_left()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with
        {
            TimeProvider = time,
            RequestTimeout = TimeSpan.FromSeconds(3),
            KeepAliveInterval = TimeSpan.FromMinutes(10),
            KeepAliveTimeout = TimeSpan.FromSeconds(4),
        });
        var posting = room.PostAsync("x", Stop);
        await peer.ReceiveAsync<Post>();
        time.Pass(5);
        Assert.Equal(ChatFailure.TimedOut, (await Assert.ThrowsAsync<ChatException>(() => posting)).Failure);
        await peer.ReceiveAsync<Ping>();
        time.Pass(5);

        Assert.Equal(ChatFailure.Disconnected, Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).LastAsync(Stop)).Error!.Failure);
    }
}
