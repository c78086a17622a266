using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Edits, retractions, reactions and pins as the SDK asks for them and tells of them.</summary>
public sealed class AmendmentTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-AMD-020")]
    [Fact(Timeout = 10_000)]
    public async Task A_message_of_a_page_is_as_it_was_when_the_page_was_made()
    {
        await using var server = new ScriptedServer();
        var (_, peer, room) = await server.WelcomeToRoomAsync();

        var page = await PageAsync(room, peer, new Page(0, 5, 77, 3, 9, false, 1, 2),
            ScriptedPeer.Entry(4, "teh"), ScriptedPeer.Entry(6, "plain"), new Edited(5, 7, 3000, 9, "bob", 4, "the"), new Gap(5, 5, 5, GapReason.Damaged),
            new Amended(5, 4, 9, "the", 3000, true, [new ReactionTally("👍", 2, true)]), new Amended(5, 6, 9, null, null, false, [new ReactionTally("x", 1, false)]));

        var (edited, plain) = ((ChatMessage)page.Entries[0], (ChatMessage)page.Entries[1]);
        Assert.Equal(("the", DateTimeOffset.FromUnixTimeMilliseconds(3000), true), (edited.Text.ToString(), edited.Edited, edited.IsPinned));
        Assert.Equal([new ReactionSummary { Reaction = "👍", Count = 2, IsOwn = true }], edited.Reactions);
        Assert.Equal(("plain", null, false, 1), (plain.Text.ToString(), plain.Edited, plain.IsPinned, plain.Reactions.Count));
        Assert.Equal((4UL, "the"), Assert.IsType<ChatEdit>(page.Entries[2]) is var edit ? (edit.Target, edit.Text.ToString()) : default);
    }

    public static TheoryData<Frame> OutOfPlace => [new Amended(5, 5, 9, null, null, true, []), new Amended(6, 4, 9, null, null, true, []), ScriptedPeer.Entry(8)];

    [Spec("CP-AMD-020")]
    [Theory(Timeout = 10_000)]
    [MemberData(nameof(OutOfPlace))]
    public async Task What_is_told_of_no_message_of_the_page_breaks_the_protocol(Frame frame)
    {
        await using var server = new ScriptedServer();
        var (_, peer, room) = await server.WelcomeToRoomAsync();

        var broken = await Assert.ThrowsAsync<ChatException>(() => PageAsync(room, peer, new Page(0, 5, 77, 1, 9, false, 0, 1), ScriptedPeer.Entry(4), frame));

        Assert.Equal(ChatFailure.BrokenProtocol, broken.Failure);
    }

    [Fact(Timeout = 10_000)]
    public async Task Each_kind_comes_as_its_own_event_in_its_place()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(
            new Message(5, 1, 1000, 9, "bob", "waves", 7, 6, true), new Edited(5, 2, 1001, 9, "bob", 1, "bows"), new Retracted(5, 3, 1002, 9, "bob", 1),
            new Reacted(5, 4, 1003, 9, "bob", 8, [new ReactionCount("👍", 3)], [new ReactionChange(9, "bob", "👍", true)]), new Pinned(5, 5, 1004, 9, "bob", 8, true));
        var events = await client.EventsAsync(Stop).Take(5).ToListAsync(Stop);

        var said = Assert.IsType<MessageReceived>(events[0]).Message;
        Assert.Equal((7UL, 6UL, true), (said.ReplyTo!.Value, said.Thread!.Value, said.IsAction));
        Assert.Equal(1UL, Assert.IsType<EditReceived>(events[1]).Edit.Target);
        Assert.Equal((1UL, 9UL), Assert.IsType<RetractionReceived>(events[2]).Retraction is var gone ? (gone.Target, gone.From) : default);
        var reaction = Assert.IsType<ReactionReceived>(events[3]).Reaction;
        Assert.Equal((8UL, 3UL), (reaction.Target, reaction.Counts["👍"]));
        Assert.Equal([new ReactionSwitch { Principal = 9, Name = "bob", Reaction = "👍", IsOn = true }], reaction.Changes);
        Assert.Equal((8UL, true), Assert.IsType<PinReceived>(events[4]).Pin is var pin ? (pin.Target, pin.IsPinned) : default);
        Assert.All(events.Skip(1), one => Assert.False(one is UnknownEntryReceived));
        Assert.Equal((5UL, 5UL), (room.Cursor.Seq, room.Head));
    }

    [Spec("CP-AMD-009")]
    [Fact(Timeout = 10_000)]
    public async Task A_text_that_is_taken_back_before_it_was_taken_from_the_events_is_in_none_of_them()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(
            ScriptedPeer.Entry(1, "secret"), ScriptedPeer.Entry(2, "plain"), new Edited(5, 3, 1001, 9, "bob", 1, "another secret"), new Retracted(5, 4, 1002, 9, "bob", 1),
            new Ping(7));
        // The answer tells that all before it is among the events.
        await peer.ReceiveAsync<Pong>();

        var events = await client.EventsAsync(Stop).Take(4).ToListAsync(Stop);

        Assert.True(Assert.IsType<MessageReceived>(events[0]).Message.IsErased);
        Assert.Equal("plain", Assert.IsType<MessageReceived>(events[1]).Message.Text.ToString());
        Assert.True(Assert.IsType<EditReceived>(events[2]).Edit.IsErased);
        Assert.Equal(1UL, Assert.IsType<RetractionReceived>(events[3]).Retraction.Target);
    }

    [Fact(Timeout = 10_000)]
    public async Task Each_request_says_how_the_message_is_to_be_and_is_repeated_after_a_loss()
    {
        await using var server = new ScriptedServer();
        var (_, peer, room) = await server.WelcomeToRoomAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan });
        Task<PostReceipt>[] asking = [room.EditAsync(4, "the", Stop), room.RetractAsync(5, Stop), room.ReactAsync(6, "👍", false, Stop), room.PinAsync(7, true, Stop)];
        for (var i = 0; i < asking.Length; i++)
            await peer.ReceiveAsync();
        peer.Close();
        peer = await server.AcceptAsync();
        await peer.WelcomeAsync(Limits.Default);
        await peer.LogInAsync();
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, join.Name, 77, 1, 0, 0, null));

        Assert.Equal((4UL, "the"), await peer.AnswerAsync<Edit>(one => new Posted(one.Id, 8, 0)) is var edit ? (edit.Seq, edit.Text.ToString()) : default);
        Assert.Equal(5UL, (await peer.AnswerAsync<Retract>(one => new Posted(one.Id, 9, 0))).Seq);
        Assert.Equal((6UL, "👍", false), await peer.AnswerAsync<React>(one => new Posted(one.Id, null, null)) is var react ? (react.Seq, react.Reaction, react.On) : default);
        Assert.Equal((7UL, true), await peer.AnswerAsync<Pin>(one => new Posted(one.Id, 10, 0)) is var pin ? (pin.Seq, pin.On) : default);
        Assert.Equal([8UL, 9UL, null, 10UL], (await Task.WhenAll(asking)).Select(receipt => receipt.Seq));
    }

    [Fact(Timeout = 10_000)]
    public async Task What_the_server_could_only_refuse_is_not_sent()
    {
        await using var server = new ScriptedServer();
        var (_, _, room) = await server.WelcomeToRoomAsync();

        foreach (var bad in (string[])["", "a b", "a\n", new string('x', 65)])
            Assert.Equal(ErrorCode.InvalidValue, (await Assert.ThrowsAsync<ChatException>(() => room.ReactAsync(4, bad, cancellationToken: Stop))).Code);
        Assert.Equal(ErrorCode.TextEmpty, (await Assert.ThrowsAsync<ChatException>(() => room.EditAsync(4, "", Stop))).Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = room.PinAsync(0, cancellationToken: Stop); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = room.PostAsync("x", new PostOptions { ReplyTo = 0 }, Stop); });
    }

    [Spec("CP-MSG-019")]
    [Fact(Timeout = 10_000)]
    public async Task A_server_that_would_not_heed_a_reply_is_not_sent_it_and_another_gets_it_again_after_a_loss()
    {
        await using (var old = new ScriptedServer())
        {
            var (_, oldPeer, oldRoom) = await old.WelcomeToRoomAsync();
            var e = await Assert.ThrowsAsync<ChatException>(() => oldRoom.PostAsync("waves", new PostOptions { IsAction = true }, Stop));
            Assert.Equal((ErrorCode.UnsupportedVersion, Outcome.NotSent), (e.Code, e.Outcome));
            _ = oldRoom.PostAsync("next", Stop);
            Assert.Equal(("next", 1UL), await oldPeer.ReceiveAsync<Post>() is var next ? (next.Text.ToString(), next.Counter!.Value) : default);
        }
        await using var server = new ScriptedServer { Capabilities = [Capability.PostDetails] };
        var (_, peer, room) = await server.WelcomeToRoomAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan });
        var posting = room.PostAsync("yes", new PostOptions { ReplyTo = 4, Thread = 3, IsAction = true }, Stop);
        var first = await peer.ReceiveAsync<Post>();
        peer.Close();
        peer = await server.AcceptAsync();
        await peer.WelcomeAsync(Limits.Default, capabilities: server.Capabilities);
        await peer.LogInAsync();
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, join.Name, 77, 1, 0, 0, null));
        var second = await peer.AnswerAsync<Post>(post => new Posted(post.Id, 9, 0));

        Assert.Equal(9UL, (await posting).Seq);
        Assert.Equal(new MessageDetails(4, 3, true), first.Details);
        Assert.Equal((first.Details, first.Counter), (second.Details, second.Counter));
    }

    [Fact(Timeout = 10_000)]
    public async Task Pins_and_threads_are_read_in_as_few_pages_as_lie_between_them()
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { Page = 100 } };
        var (_, peer, room) = await server.WelcomeToRoomAsync(cursor: 500);
        var reading = room.ThreadAsync(3, cancellationToken: Stop).ToListAsync(Stop).AsTask();
        Assert.Equal((3UL, 0UL), await peer.AnswerAsync<ThreadMessages>(one => new SeqList(one.Id, [new(10), new(12)], true)) is var asked ? (asked.Root, asked.After) : default);
        Assert.Equal(12UL, (await peer.AnswerAsync<ThreadMessages>(one => new SeqList(one.Id, [new(400)], false))).After);
        var near = await peer.ReceiveAsync<History>();
        Assert.Equal((9UL, 3), (near.After!.Value, near.Count));
        await peer.SendAsync(new Page(near.Id, 5, 77, 3, 500, true), ScriptedPeer.Entry(10), ScriptedPeer.Entry(11), ScriptedPeer.Entry(12));
        var far = await peer.ReceiveAsync<History>();
        Assert.Equal((399UL, 1), (far.After!.Value, far.Count));
        await peer.SendAsync(new Page(far.Id, 5, 77, 1, 500, true), ScriptedPeer.Entry(400));

        Assert.Equal([10UL, 12UL, 400UL], (await reading).Select(message => message.Seq));
    }

    private static async Task<HistoryPage> PageAsync(ChatRoom room, ScriptedPeer peer, Page page, params IEnumerable<Frame> behind)
    {
        var reading = room.HistoryAsync(10, cancellationToken: Stop);
        var asked = await peer.ReceiveAsync<History>();
        await peer.SendAsync([page with { Id = asked.Id }, .. behind]);
        return await reading;
    }
}
