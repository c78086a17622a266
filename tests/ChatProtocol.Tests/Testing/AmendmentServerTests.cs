using ChatProtocol.Client;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Testing;

/// <summary>What becomes of messages, between two clients and a server.</summary>
public sealed class AmendmentServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task What_one_does_with_a_message_another_sees_at_once_and_who_comes_later_on_the_page()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await using var bob = await server.ConnectAsync("bob", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        var bobs = await bob.JoinAsync("tea", new JoinOptions { OwnEvents = true }, Stop);
        var seen = new RoomMessages(bob.Principal);
        var seq = (await room.PostAsync("teh", Stop)).Seq!.Value;

        await room.EditAsync(seq, "the", Stop);
        await bobs.ReactAsync(seq, "👍", cancellationToken: Stop);
        await room.ReactAsync(seq, "👍", cancellationToken: Stop);
        Assert.Null((await room.ReactAsync(seq, "👍", cancellationToken: Stop)).Seq);
        await room.PinAsync(seq, cancellationToken: Stop);
        await room.PostAsync("end", Stop);

        await foreach (var happened in bobs.EventsAsync(Stop))
        {
            if (Entry(happened) is { } entry)
                seen.Add(entry);
            if (happened is MessageReceived { Message: var last } && last.Text.ToString() == "end")
                break;
        }
        var live = seen.Find(seq)!;
        var paged = (ChatMessage)(await bobs.HistoryAsync(10, cancellationToken: Stop)).Entries[0];
        Assert.Equal(("the", true), (live.Text.ToString(), live.IsPinned));
        Assert.Equal([new ReactionSummary { Reaction = "👍", Count = 2, IsOwn = true }], live.Reactions);
        Assert.Equal((live.Text.ToString(), live.Edited, live.IsPinned), (paged.Text.ToString(), paged.Edited, paged.IsPinned));
        Assert.Equal(live.Reactions, paged.Reactions);
        Assert.Equal(["the"], await bobs.PinsAsync(Stop).Select(message => message.Text.ToString()).ToListAsync(Stop));
        Assert.Equal([("alice", "👍"), ("bob", "👍")], (await bobs.ReactionsAsync(seq, Stop).Select(one => (one.Name, one.Reaction)).ToListAsync(Stop)).Order());
    }

    [Spec("CP-AMD-009")]
    [Fact(Timeout = 60_000)]
    public async Task What_is_taken_back_is_gone_for_everybody_and_nobody_else_may()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await using var bob = await server.ConnectAsync("bob", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        var bobs = await bob.JoinAsync("tea", cancellationToken: Stop);
        var seq = (await bobs.PostAsync("secret", Stop)).Seq!.Value;

        Assert.Equal(ErrorCode.Denied, (await Assert.ThrowsAsync<ChatException>(() => room.EditAsync(seq, "mine", Stop))).Code);
        await bobs.RetractAsync(seq, Stop);

        Assert.Equal(ErrorCode.NoSuchEntry, (await Assert.ThrowsAsync<ChatException>(() => bobs.EditAsync(seq, "again", Stop))).Code);
        Assert.True(((ChatMessage)(await room.HistoryAsync(10, cancellationToken: Stop)).Entries[0]).IsErased);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_thread_is_read_by_its_root_and_an_edit_has_its_time()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.CreateRoomAsync("plans", cancellationToken: Stop);
        var root = (await room.PostAsync("who comes?", Stop)).Seq!.Value;
        await room.PostAsync("between", Stop);
        await room.PostAsync("me", new PostOptions { ReplyTo = root, Thread = root }, Stop);
        await room.PostAsync("waves", new PostOptions { Thread = root, IsAction = true }, Stop);

        var thread = await room.ThreadAsync(root, cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal([("me", false, root), ("waves", true, 0UL)], thread.Select(message => (message.Text.ToString(), message.IsAction, message.ReplyTo ?? 0)));

        await room.ChangeAsync(new RoomChange { EditTime = TimeSpan.FromMinutes(5) }, Stop);
        await room.EditAsync(root, "who will come?", Stop);
        await server.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(ErrorCode.Denied, (await Assert.ThrowsAsync<ChatException>(() => room.EditAsync(root, "nobody?", Stop))).Code);
        Assert.Equal(TimeSpan.FromMinutes(5), (await alice.OpenAsync(room.Address, cancellationToken: Stop)).EditTime);
    }

    private static ChatEntry? Entry(ChatEvent happened) => happened switch
    {
        MessageReceived received => received.Message,
        EditReceived received => received.Edit,
        ReactionReceived received => received.Reaction,
        PinReceived received => received.Pin,
        _ => null,
    };
}
