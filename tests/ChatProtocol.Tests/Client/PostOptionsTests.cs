using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Posts with a key, and posts with a tag.</summary>
public sealed class PostOptionsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task A_key_stands_in_the_place_of_a_counter_and_counts_nothing()
    {
        await using var server = new ScriptedServer { Capabilities = [Capability.PostKeys] };
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        Task[] postings = [room.PostAsync("1", Stop), Keyed(room, "2", "钥"), room.PostAsync("3", Stop)];

        var posts = new List<Post>();
        for (var i = 0; i < 3; i++)
            posts.Add(await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0)));

        await Task.WhenAll(postings);
        Assert.Equal([1UL, null, 2UL], posts.Select(post => post.Counter));
        Assert.Equal(["", "E992A5", ""], posts.Select(post => Convert.ToHexString(post.Key.GetValueOrDefault().Span)));
    }

    [Spec("CP-KEY-010")]
    [Fact(Timeout = 10_000)]
    public async Task A_server_that_would_not_heed_a_key_is_not_sent_its_post()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();

        var e = await Assert.ThrowsAsync<ChatException>(() => Keyed(room, "x"));

        Assert.Equal((ErrorCode.UnsupportedVersion, Outcome.NotSent, false), (e.Code, e.Outcome, e.MayRetry));
        _ = room.PostAsync("next", Stop);
        Assert.Equal(("next", 1UL), (await peer.ReceiveAsync<Post>()) is var next ? (next.Text.ToString(), next.Counter!.Value) : default);
    }

    [Spec("CP-KEY-010")]
    [Fact(Timeout = 20_000)]
    public async Task After_a_loss_keys_are_sent_again_in_their_place_and_not_to_a_server_that_does_not_know_them()
    {
        await using var server = new ScriptedServer { Capabilities = [Capability.PostKeys] };
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan });
        Task<PostReceipt>[] postings = [room.PostAsync("1", Stop), Keyed(room, "2"), room.PostAsync("3", Stop)];
        for (var i = 0; i < 3; i++)
            await peer.ReceiveAsync<Post>();
        peer.Close();
        peer = await ComeBackAsync(server, [Capability.PostKeys]);
        for (var i = 1UL; i <= 3; i++)
            Assert.Equal($"{i}", (await peer.AnswerAsync<Post>(p => new Posted(p.Id, i, 0))).Text.ToString());
        Assert.Equal([1UL, 2UL, 3UL], (await Task.WhenAll(postings)).Select(receipt => receipt.Seq!.Value));

        var late = Keyed(room, "4");
        await peer.ReceiveAsync<Post>();
        peer.Close();
        await ComeBackAsync(server, []);

        var e = await Assert.ThrowsAsync<ChatException>(() => late);
        Assert.Equal((ErrorCode.UnsupportedVersion, Outcome.Unknown), (e.Code, e.Outcome));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_refused_key_holds_up_nothing_and_a_held_one_keeps_its_place()
    {
        await using var server = new ScriptedServer { Capabilities = [Capability.PostKeys] };
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var conflict = Keyed(room, "1");
        var posts = new List<Post>();
        var second = room.PostAsync("2", Stop);
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.KeyConflict, "another text"));
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        Assert.Equal((ErrorCode.KeyConflict, Outcome.Refused), (await Assert.ThrowsAsync<ChatException>(() => conflict)) is var e ? (e.Code, e.Outcome) : default);
        await second;

        var refused = room.PostAsync("3", Stop);
        var behind = room.PostAsync("4", Stop);
        var (first, next) = (await peer.ReceiveAsync<Post>(), await peer.ReceiveAsync<Post>());
        await peer.SendAsync(new Error(first.Id, ErrorCode.Denied, "no"));
        await Assert.ThrowsAsync<ChatException>(() => refused);
        _ = Keyed(room, "5");
        _ = room.PostAsync("6", Stop);
        await peer.SendAsync(new Error(next.Id, ErrorCode.OutOfOrder, "expected 2", Value: 2));

        foreach (var text in (string[])["4", "5", "6"])
            Assert.Equal(text, (await peer.AnswerAsync<Post>(p => new Posted(p.Id, 2, 0))).Text.ToString());
        await behind;
    }

    [Fact(Timeout = 10_000)]
    public async Task Posting_that_stops_at_a_refusal_stops_neither_at_a_key_nor_the_keys()
    {
        await using var server = new ScriptedServer { Capabilities = [Capability.PostKeys] };
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { StopAtRefusal = true });
        var conflict = Keyed(room, "1");
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.KeyConflict, "another text"));
        await Assert.ThrowsAsync<ChatException>(() => conflict);
        var refused = room.PostAsync("2", Stop);
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.Denied, "no"));
        await Assert.ThrowsAsync<ChatException>(() => refused);

        var keyed = Keyed(room, "3");
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        await keyed;

        Assert.Equal(ErrorCode.OutOfOrder, (await Assert.ThrowsAsync<ChatException>(() => room.PostAsync("4", Stop))).Code);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_key_that_no_server_takes_and_a_tag_that_nothing_keeps_are_mistakes_and_told_at_once()
    {
        await using var server = new ScriptedServer { Capabilities = [Capability.PostKeys] };
        var (client, _, room) = await server.WelcomeToRoomAsync();

        foreach (var key in (string[])["", new('k', 65), new('é', 33), "\ud83d"])
            Assert.ThrowsAny<ArgumentException>(() => { _ = room.PostAsync("x", new PostOptions { Key = key }, Stop); });
        Assert.Throws<InvalidOperationException>(() => { _ = room.PostAsync("x", new PostOptions { Tag = 1 }, Stop); });
        Assert.Null(client.LastSettledTag);
    }

    [Fact]
    public void A_key_stays_out_of_logs() =>
        Assert.DoesNotContain("secret", new PostOptions { Key = "secret", Tag = 5 }.ToString(), StringComparison.Ordinal);

    private static Task<PostReceipt> Keyed(ChatRoom room, string text, string key = "key") => room.PostAsync(text, new PostOptions { Key = key }, Stop);

    private static async Task<ScriptedPeer> ComeBackAsync(ScriptedServer server, IReadOnlyList<string> capabilities)
    {
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits, capabilities: capabilities);
        await peer.LogInAsync();
        await peer.AnswerAsync<Join>(j => new RoomInfo(j.Id, 5, RoomKind.Public, "tea", 77, 1, 0, 0, null));
        return peer;
    }
}
