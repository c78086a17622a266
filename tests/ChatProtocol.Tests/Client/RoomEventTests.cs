using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>The events of one room, read by themselves.</summary>
public sealed class RoomEventTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task A_room_that_is_read_by_itself_leaves_the_stream_of_all_rooms_with_what_waited_there()
    {
        await using var server = new ScriptedServer();
        var (client, peer, tea) = await server.WelcomeToRoomAsync();
        var milk = await JoinAsync(client, peer, 6, "milk");
        await peer.SendAsync(ScriptedPeer.Entry(1), ScriptedPeer.Entry(1, room: 6), new Gap(5, 2, 3, GapReason.Damaged), new Notice(1, "hear"), ScriptedPeer.Entry(4));
        await SettledAsync(client, peer);

        var ofTea = await tea.EventsAsync(Stop).Take(3).ToListAsync(Stop);
        await peer.SendAsync(ScriptedPeer.Entry(5), ScriptedPeer.Entry(2, room: 6));
        var others = await client.EventsAsync(Stop).Take(3).ToListAsync(Stop);
        var later = await tea.EventsAsync(Stop).FirstAsync(Stop);

        Assert.Equal([1UL, null, 4UL], ofTea.Select(SeqOf));
        Assert.Equal(new MessagesMissing(tea, 2, 3, GapReason.Damaged), ofTea[1]);
        Assert.Equal([(milk, 1UL), (null, null), (milk, 2UL)], others.Select(happened => ((happened as ChatRoomEvent)?.Room, SeqOf(happened))));
        Assert.Equal(5UL, SeqOf(later));
        Assert.Equal((ChatCursor.At(5, 77), ChatCursor.At(2, 77)), (tea.Cursor, milk.Cursor));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_room_has_one_reader_at_a_time_and_another_room_another()
    {
        await using var server = new ScriptedServer();
        var (client, peer, tea) = await server.WelcomeToRoomAsync();
        var milk = await JoinAsync(client, peer, 6, "milk");
        await using var first = tea.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        await using var other = milk.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        var (waiting, waitingToo) = (first.MoveNextAsync().AsTask(), other.MoveNextAsync().AsTask());

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await tea.EventsAsync(Stop).FirstAsync(Stop));

        await peer.SendAsync(ScriptedPeer.Entry(1, room: 6), ScriptedPeer.Entry(1));
        Assert.True(await waiting && await waitingToo);
        Assert.Equal((tea, milk), (((MessageReceived)first.Current).Room, ((MessageReceived)other.Current).Room));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_rooms_events_end_when_it_is_left_and_with_the_event_that_says_why_it_is_gone()
    {
        await using var server = new ScriptedServer();
        var (client, peer, tea) = await server.WelcomeToRoomAsync();
        var milk = await JoinAsync(client, peer, 6, "milk");
        var jam = await JoinAsync(client, peer, 7, "jam");
        var ofMilk = milk.EventsAsync(Stop).ToListAsync(Stop).AsTask();
        var ofTea = tea.EventsAsync(Stop).ToListAsync(Stop).AsTask();
        await peer.SendAsync(ScriptedPeer.Entry(1), ScriptedPeer.Entry(1, room: 6), new RoomRemoved(6));
        var leaving = tea.LeaveAsync(Stop);
        await peer.AnswerAsync<Leave>(leave => new Ok(leave.Id));
        await leaving;

        Assert.IsType<MessageReceived>(Assert.Single(await ofTea));
        Assert.Equal(new RoomRemovedByAdmin(milk), (await ofMilk)[^1]);
        Assert.Empty(await tea.EventsAsync(Stop).ToListAsync(Stop));

        peer.Close();
        Assert.IsType<SessionEnded>(Assert.Single(await jam.EventsAsync(Stop).ToListAsync(Stop)));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_room_that_is_joined_with_events_of_its_own_gives_none_to_a_reader_of_all_rooms()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var others = client.EventsAsync(Stop).FirstAsync(Stop).AsTask();
        var joining = client.JoinAsync("tea", new JoinOptions { OwnEvents = true }, Stop);
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, "tea", 77, 1, 0, 0, null));
        await peer.SendAsync(ScriptedPeer.Entry(1), new Notice(1, "hear"));

        Assert.IsType<NoticeReceived>(await others);
        Assert.Equal(1UL, SeqOf(await (await joining).EventsAsync(Stop).FirstAsync(Stop)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Reading_that_is_cancelled_ends_at_once_and_loses_nothing()
    {
        await using var server = new ScriptedServer();
        var (_, peer, tea) = await server.WelcomeToRoomAsync();
        using (var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            var reading = tea.EventsAsync(cancelling.Token).FirstAsync(cancelling.Token).AsTask();
            Assert.False(reading.IsCompleted);
            await cancelling.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }
        await peer.SendAsync(ScriptedPeer.Entry(1));

        Assert.Equal(1UL, SeqOf(await tea.EventsAsync(Stop).FirstAsync(Stop)));
    }

    [Spec("CP-DEL-035")]
    [Fact(Timeout = 30_000)]
    public async Task A_room_that_is_not_read_holds_back_no_other()
    {
        await using var server = await TestServer.StartAsync();
        await using var writer = await ChatClient.ConnectAsync(Options(server, "writer"), Stop);
        await using var reader = await ChatClient.ConnectAsync(Options(server, "reader") with { RoomWindow = 1000 }, Stop);
        var slow = await reader.JoinAsync("slow", cancellationToken: Stop);
        var quick = await reader.JoinAsync("quick", cancellationToken: Stop);
        _ = slow.EventsAsync(Stop);
        var text = new Text(new string('x', 1000));
        foreach (var name in new[] { "slow", "quick" })
        {
            var room = await writer.OpenAsync(name, cancellationToken: Stop);
            await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => room.PostAsync(text, Stop)));
        }

        Assert.Equal(500, (await quick.EventsAsync(Stop).OfType<MessageReceived>().Take(500).ToListAsync(Stop)).Count);
        Assert.InRange(slow.Head, 1UL, 100UL);
        Assert.Equal(500UL, (await slow.EventsAsync(Stop).OfType<MessageReceived>().Take(500).LastAsync(Stop)).Message.Seq);
    }

    private static ChatClientOptions Options(TestServer server, string name) =>
        new() { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = name, Secret = ScriptedServer.Secret };

    private static ulong? SeqOf(ChatEvent happened) => (happened as MessageReceived)?.Message.Seq;

    private static async Task<ChatRoom> JoinAsync(ChatClient client, ScriptedPeer peer, ulong id, string name)
    {
        var joining = client.JoinAsync(name, cancellationToken: Stop);
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, id, RoomKind.Public, name, 77, 1, 0, 0, null));
        return await joining;
    }

    /// <summary>Everything that was sent before is read.</summary>
    private static async Task SettledAsync(ChatClient client, ScriptedPeer peer)
    {
        var pinging = client.PingAsync(Stop);
        await peer.AnswerAsync<Ping>(ping => new Pong(ping.Id));
        await pinging;
    }
}
