using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class PostTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task A_receipt_tells_where_the_entry_stands()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync("hello", Stop);
        var post = await peer.AnswerAsync<Post>(p => new Posted(p.Id, 8, 1234));

        Assert.Equal(new PostReceipt { Room = 5, Epoch = 77, Seq = 8, Time = DateTimeOffset.FromUnixTimeMilliseconds(1234) }, await posting);
        Assert.Equal(("hello", 5UL, 1UL), (post.Text.ToString(), post.Room, post.Counter));
        Assert.Equal(8UL, room.Head);
    }

    [Fact(Timeout = 10_000)]
    public async Task Posts_under_way_together_keep_their_order_and_are_counted_in_each_room()
    {
        await using var server = new ScriptedServer();
        var (client, peer, tea) = await server.WelcomeToRoomAsync();
        var opening = client.OpenAsync("milk", create: true, Stop);
        await peer.AnswerAsync<Open>(o => new RoomInfo(o.Id, 6, RoomKind.Public, o.Name, 1, 1, 0, 0, null));
        var milk = await opening;
        var postings = Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? tea : milk).PostAsync($"{i}", Stop)).ToList();

        for (var i = 0; i < 100; i++)
        {
            var post = await peer.ReceiveAsync<Post>();
            Assert.Equal(($"{i}", i % 2 == 0 ? 5UL : 6UL, (ulong)(i / 2 + 1)), (post.Text.ToString(), post.Room, post.Counter!.Value));
            await peer.SendAsync(new Posted(post.Id, (ulong)i + 1, 0));
        }

        var receipts = await Task.WhenAll(postings);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (ulong?)i), receipts.Select(r => r.Seq));
    }

    [Fact(Timeout = 10_000)]
    public async Task No_more_posts_travel_at_once_than_the_server_takes_beside_a_ping()
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { InFlight = 3 } };
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var postings = Enumerable.Range(0, 3).Select(i => room.PostAsync($"{i}", Stop)).ToList();
        var first = await peer.ReceiveAsync<Post>();
        await peer.ReceiveAsync<Post>();
        // The server's ping is answered behind the two posts: the third is not on its way.
        await peer.SendAsync(new Ping(1));
        await peer.ReceiveAsync<Pong>();

        await peer.SendAsync(new Posted(first.Id, 1, 0));

        Assert.Equal("2", (await peer.ReceiveAsync<Post>()).Text.ToString());
        Assert.Equal(1UL, (await postings[0]).Seq);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_hundred_thousand_posts_all_arrive_in_order()
    {
        const int Count = 100_000;
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = Task.WhenAll(Enumerable.Range(0, Count).Select(i => room.PostAsync($"{i}", Stop)));

        for (var i = 1UL; i <= Count; i++)
        {
            var post = await peer.ReceiveAsync<Post>();
            Assert.Equal(i, post.Counter);
            await peer.SendAsync(new Posted(post.Id, i, 0));
        }

        Assert.Equal(Enumerable.Range(1, Count).Select(i => (ulong?)i), (await posting).Select(r => r.Seq));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_refused_post_tells_the_servers_reason()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var posting = room.PostAsync("x", Stop);
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.LogUnavailable, "the disk is full", RetryAfter: 2000));

        var e = await Assert.ThrowsAsync<ChatException>(() => posting);

        Assert.Equal((ChatFailure.Refused, ErrorCode.LogUnavailable, true), (e.Failure, e.Code, e.MayRetry));
        Assert.Equal(TimeSpan.FromSeconds(2), e.RetryAfter);
    }

    [Fact(Timeout = 10_000)]
    public async Task Posts_behind_a_refused_one_go_again_in_order_and_before_new_ones()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var postings = Enumerable.Range(1, 4).Select(i => room.PostAsync($"{i}", Stop)).ToList();
        var sent = new List<Post>();
        for (var i = 0; i < 4; i++)
            sent.Add(await peer.ReceiveAsync<Post>());
        await peer.SendAsync(new Error(sent[1].Id, ErrorCode.Denied, "not that word"));
        Assert.Equal(ErrorCode.Denied, (await Assert.ThrowsAsync<ChatException>(() => postings[1])).Code);
        postings.Add(room.PostAsync("5", Stop));

        await peer.SendAsync(
            new Error(sent[2].Id, ErrorCode.OutOfOrder, "expected 2", Value: 2),
            new Error(sent[3].Id, ErrorCode.OutOfOrder, "expected 2", Value: 2),
            new Posted(sent[0].Id, 1, 0));

        foreach (var (text, counter) in new[] { ("3", 2UL), ("4", 3UL), ("5", 4UL) })
        {
            var again = await peer.AnswerAsync<Post>(p => new Posted(p.Id, p.Counter, 0));
            Assert.Equal((text, counter), (again.Text.ToString(), again.Counter!.Value));
        }
        Assert.Equal(2UL, (await postings[2]).Seq);
        Assert.Equal(4UL, (await postings[4]).Seq);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_room_that_pauses_holds_up_no_other_room()
    {
        await using var server = new ScriptedServer();
        var (client, peer, tea) = await server.WelcomeToRoomAsync();
        var opening = client.OpenAsync("milk", cancellationToken: Stop);
        await peer.AnswerAsync<Open>(o => new RoomInfo(o.Id, 6, RoomKind.Public, o.Name, 1, 1, 0, 0, null));
        var milk = await opening;
        var refused = tea.PostAsync("1", Stop);
        _ = tea.PostAsync("2", Stop);
        var first = await peer.ReceiveAsync<Post>();
        await peer.ReceiveAsync<Post>();
        await peer.SendAsync(new Error(first.Id, ErrorCode.Denied, "no"));
        await Assert.ThrowsAsync<ChatException>(() => refused);

        _ = tea.PostAsync("3", Stop);
        _ = milk.PostAsync("other", Stop);

        Assert.Equal("other", (await peer.ReceiveAsync<Post>()).Text.ToString());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_counter_the_server_does_not_expect_is_told_and_not_tried_for_ever()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { Publisher = new byte[16] });
        var postings = new[] { room.PostAsync("1", Stop), room.PostAsync("2", Stop) };
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.PublisherForgotten, "who?"));
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.PublisherForgotten, "who?"));

        foreach (var posting in postings)
            Assert.Equal(ErrorCode.PublisherForgotten, (await Assert.ThrowsAsync<ChatException>(() => posting)).Code);

        var lone = room.PostAsync("3", Stop);
        await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.OutOfOrder, "expected 9", Value: 9));
        Assert.Equal(9UL, (await Assert.ThrowsAsync<ChatException>(() => lone)).Value);
    }

    [Theory(Timeout = 10_000)]
    [InlineData(0, ErrorCode.TextEmpty)]
    [InlineData(11, ErrorCode.TextTooLong)]
    public async Task A_text_that_the_server_would_refuse_is_refused_without_asking(int length, ErrorCode code)
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { Text = 10 } };
        var (client, _, room) = await server.WelcomeToRoomAsync();

        var e = await Assert.ThrowsAsync<ChatException>(() => room.PostAsync(new string('x', length), Stop));

        Assert.Equal((ChatFailure.Refused, code), (e.Failure, e.Code));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_cancelled_post_that_was_sent_keeps_its_place_and_its_reply_is_passed_over()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        using var cancel = new CancellationTokenSource();
        var cancelled = room.PostAsync("1", cancel.Token);
        var first = await peer.ReceiveAsync<Post>();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        var second = room.PostAsync("2", Stop);

        await peer.SendAsync(new Posted(first.Id, 1, 0));
        var post = await peer.AnswerAsync<Post>(p => new Posted(p.Id, 2, 0));

        Assert.Equal(2UL, post.Counter);
        Assert.Equal(2UL, (await second).Seq);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_cancelled_post_that_was_not_sent_yet_is_taken_back()
    {
        await using var server = new ScriptedServer { Limits = Limits.Default with { InFlight = 1 } };
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        using var cancel = new CancellationTokenSource();
        _ = room.PostAsync("1", Stop);
        var cancelled = room.PostAsync("2", cancel.Token);
        _ = room.PostAsync("3", Stop);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));

        var next = await peer.ReceiveAsync<Post>();
        Assert.Equal(("3", 2UL), (next.Text.ToString(), next.Counter!.Value));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_post_without_an_answer_times_out_and_the_late_answer_does_no_harm()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { TimeProvider = time, RequestTimeout = TimeSpan.FromSeconds(5) });
        var late = room.PostAsync("1", Stop);
        var post = await peer.ReceiveAsync<Post>();
        time.Pass(6);

        var failure = await Assert.ThrowsAsync<ChatException>(() => late);
        Assert.Equal((ChatFailure.TimedOut, Outcome.Unknown, false), (failure.Failure, failure.Outcome, failure.MayRetry));
        // The server is asked whether it is there.
        await peer.ReceiveAsync<Ping>();

        await peer.SendAsync(new Posted(post.Id, 1, 0));
        var next = room.PostAsync("2", Stop);
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 2, 0));
        Assert.Equal(2UL, (await next).Seq);
    }
}
