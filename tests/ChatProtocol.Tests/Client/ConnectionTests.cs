using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class ConnectionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "a frame without an array", [0, 0, 0, 1, 1] },
        { "an empty frame", [0, 0, 0, 0] },
        { "a frame over the limit", [0, 255, 255, 255] },
        { "a request", FrameCodec.Encode(new Quit(1)) },
        { "an answer to nothing", FrameCodec.Encode(new Ok(99)) },
        { "a refusal of nothing", FrameCodec.Encode(new Error(99, ErrorCode.Denied, "no")) },
        { "a message of a room not joined", FrameCodec.Encode(ScriptedPeer.Entry(1, room: 6)) },
        { "a message behind a hole", FrameCodec.Encode(ScriptedPeer.Entry(2)) },
    };

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Garbage))]
    public async Task A_server_that_breaks_the_protocol_is_left(string what, byte[] bytes)
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync(what, Stop);
        await peer.ReceiveAsync<Post>();
        await peer.SendBytesAsync(bytes);

        var e = await Assert.ThrowsAsync<ChatException>(() => posting);

        Assert.Equal((ChatFailure.BrokenProtocol, false), (e.Failure, e.MayRetry));
        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(Outcome.Unknown, e.Outcome);
        Assert.Equal(e.Message, Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).LastAsync(Stop)).Error!.Message);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_reply_of_the_wrong_kind_fails_its_own_call_too()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var pinging = client.PingAsync(Stop);
        await peer.AnswerAsync<Ping>(p => new Ok(p.Id));

        Assert.Equal(ChatFailure.BrokenProtocol, (await Assert.ThrowsAsync<ChatException>(() => pinging)).Failure);
    }

    [Fact(Timeout = 10_000)]
    public async Task Nothing_may_stand_among_the_entries_of_a_page()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var reading = room.HistoryAsync(5, cancellationToken: Stop);
        var asked = await peer.ReceiveAsync<History>();
        await peer.SendAsync(new Page(asked.Id, 5, 77, 2, 2, false), ScriptedPeer.Entry(1), new Notice(1, "!"), ScriptedPeer.Entry(2));

        Assert.Equal(ChatFailure.BrokenProtocol, (await Assert.ThrowsAsync<ChatException>(() => reading)).Failure);
    }

    [Fact(Timeout = 10_000)]
    public async Task Frames_that_come_byte_by_byte_are_whole_in_the_end()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync();
        foreach (var b in FrameCodec.Encode(ScriptedPeer.Entry(1, "slowly")))
            await peer.SendBytesAsync(new[] { b });

        var said = Assert.IsType<MessageReceived>(await client.EventsAsync(Stop).FirstAsync(Stop));

        Assert.Equal("slowly", said.Message.Text.ToString());
    }

    [Fact(Timeout = 10_000)]
    public async Task Half_a_frame_at_the_end_is_a_lost_connection()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync();
        await peer.SendBytesAsync(FrameCodec.Encode(ScriptedPeer.Entry(1)).AsMemory(..9));
        peer.Close();

        var ended = Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).FirstAsync(Stop));

        Assert.Equal(ChatFailure.Disconnected, ended.Error!.Failure);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_lost_connection_fails_every_call_now_and_later()
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { InFlight = 2 } };
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        Task[] calls =
        [
            room.PostAsync("1", Stop), room.PostAsync("2", Stop), room.PostAsync("waits for its turn", Stop),
            room.HistoryAsync(1, cancellationToken: Stop), client.RoomsAsync(Stop).ToListAsync(Stop).AsTask(),
        ];
        await peer.ReceiveAsync<Post>();
        peer.Close();

        foreach (var call in calls)
            Assert.Equal((ChatFailure.Disconnected, false), Told(await Assert.ThrowsAsync<ChatException>(() => call)));
        Assert.Equal([Outcome.Unknown, Outcome.NotSent], [Of(calls[0]), Of(calls[2])]);
        var e = await Assert.ThrowsAsync<ChatException>(() => room.PostAsync("3", Stop));
        Assert.Equal((ChatFailure.Disconnected, false, null), (e.Failure, e.MayRetry, e.Bye));
        Assert.Equal(Outcome.NotSent, e.Outcome);

        static (ChatFailure, bool) Told(ChatException failure) => (failure.Failure, failure.MayRetry);
        static Outcome Of(Task call) => ((ChatException)call.Exception!.InnerException!).Outcome;
    }

    [Fact(Timeout = 10_000)]
    public async Task An_error_without_a_request_is_why_the_connection_ends()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        await peer.SendAsync(new Error(null, ErrorCode.Malformed, "what was that?"));

        var ended = Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).FirstAsync(Stop));

        Assert.Equal((ChatFailure.Disconnected, ErrorCode.Malformed, false), (ended.Error!.Failure, ended.Error.Code, ended.Error.MayRetry));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_servers_ping_is_answered()
    {
        await using var server = new ScriptedServer();
        var (_, peer) = await server.WelcomeAsync();
        await peer.SendAsync(new Ping(4711));

        Assert.Equal(4711UL, (await peer.ReceiveAsync<Pong>()).Id);
    }

    [Fact(Timeout = 10_000)]
    public async Task Frames_of_a_newer_server_are_passed_over()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        await peer.SendBytesAsync(new byte[] { 0, 0, 0, 3, 0x92, 0x7F, 0x01 });
        await peer.SendAsync(new Notice(1, "still here"));

        Assert.IsType<NoticeReceived>(await client.EventsAsync(Stop).FirstAsync(Stop));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_silent_server_is_pinged_and_taken_for_lost_if_it_stays_silent()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await server.WelcomeAsync(o => o with { TimeProvider = time });

        // What was heard last shows at the first look.
        time.Pass(16);
        await peer.ReceiveAsync<Ping>();
        time.Pass(15);

        var ended = Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).FirstAsync(Stop));
        Assert.Equal((ChatFailure.Disconnected, true), (ended.Error!.Failure, ended.Error.MayRetry));
        Assert.Null(await peer.ReceiveAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_server_that_answers_pings_is_never_taken_for_lost()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await server.WelcomeAsync(o => o with { TimeProvider = time });

        for (var i = 0UL; i < 5; i++)
        {
            time.Pass(16);
            var ping = await peer.ReceiveAsync<Ping>();
            await peer.SendAsync(new Pong(ping.Id), new Ping(i));
            // Its answer shows that the pong was heard.
            await peer.ReceiveAsync<Pong>();
            time.Pass(1);
        }

        await peer.SendAsync(new Notice(1, "here"));
        Assert.IsType<NoticeReceived>(await client.EventsAsync(Stop).FirstAsync(Stop));
    }

    [Fact(Timeout = 10_000)]
    public async Task Quitting_waits_for_the_posts_before_it_and_ends_without_an_error()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync("last words", Stop);
        var quitting = client.QuitAsync(Stop);
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        await peer.AnswerAsync<Quit>(q => new Ok(q.Id));
        await quitting;

        Assert.Equal(1UL, (await posting).Seq);
        Assert.Equal(new SessionEnded(null, null), await client.EventsAsync(Stop).SingleAsync(Stop));
        Assert.Null(await peer.ReceiveAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task Disposing_fails_what_is_under_way_and_ends_the_events()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync("x", Stop);
        await peer.SendAsync(ScriptedPeer.Entry(1), ScriptedPeer.Entry(2));
        await peer.ReceiveAsync<Post>();

        await client.DisposeAsync();
        await client.DisposeAsync();

        Assert.Equal(ChatFailure.Disconnected, (await Assert.ThrowsAsync<ChatException>(() => posting)).Failure);
        Assert.Equal(new SessionEnded(null, null), await client.EventsAsync(Stop).LastAsync(Stop));
        Assert.Null(await peer.ReceiveAsync());
    }
}
