using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Peers that do not read, or ask for more than they read: what they cost is bounded, and only they wait.</summary>
public sealed class SlowReaderTests
{
    /// <summary>What an outbox takes, one segment over it, and replies that are small.</summary>
    private const ulong MaxQueued = 512 * 1024;

    [Spec("CP-DEL-020")]
    [Fact(Timeout = 60_000)]
    public async Task A_member_that_does_not_read_costs_little_delays_nobody_and_gets_everything_once_it_reads()
    {
        const int Posts = 4000;
        await using var server = await TestServer.StartAsync(o => o with { TailBytes = 1024 * 1024 });
        var admin = await server.AdminAsync();
        var talker = await server.LogInAsync("talker");
        var room = await talker.JoinAsync("tea");
        var stalled = await server.LogInAsync("stalled", receiveBuffer: 4096);
        await stalled.JoinAsync("tea");
        var reader = await server.LogInAsync("reader");
        await reader.JoinAsync("tea");

        var text = new string('x', 2000);
        var sending = talker.SendAsync(Enumerable.Range(0, Posts).Select(_ => talker.PostOf(room.Room, text)));
        var others = MessagesAsync(reader, Posts);
        for (var i = 0; i < Posts; i++)
            await talker.UntilAsync<Posted>();
        await sending;
        Assert.Equal(Numbers(Posts), await others);

        var sessions = (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items;
        Assert.InRange(sessions.Single(s => s.Name == "stalled").Queued, 1ul, MaxQueued);

        Assert.Equal(Numbers(Posts), await MessagesAsync(stalled, Posts));
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_asks_and_never_reads_the_answers_is_not_read_on_either()
    {
        const int Asked = 2_000_000;
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();
        var client = await server.LogInAsync("greedy", receiveBuffer: 4096);

        // Far more than all buffers on the way hold: the server has to stop reading.
        var sending = client.SendAsync(Enumerable.Range(1, Asked).Select(i => new Ping((ulong)i)));
        var settled = 0ul;
        await Eventually.TrueAsync(async () =>
        {
            var before = settled;
            settled = (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Single(s => s.Name == "greedy").Queued;
            Assert.InRange(settled, 0ul, MaxQueued);
            return settled > 0 && settled == before;
        }, "its queue grows no more");
        Assert.False(sending.IsCompleted);

        var pongs = await client.ReceiveAsync<Pong>(Asked);
        Assert.Equal(Numbers(Asked), pongs.Select(pong => pong.Id));
        await sending;
    }

    [Spec("CP-TRA-006")]
    [Fact(Timeout = 20_000)]
    public async Task More_requests_in_flight_than_the_limit_are_all_answered_and_none_is_refused()
    {
        await using var server = await TestServer.StartAsync(o => o with { Limits = Limits.Default with { InFlight = 16 } });
        var client = await server.LogInAsync("ann");
        var room = await client.JoinAsync("tea");

        var sending = client.SendAsync(Enumerable.Range(1, 1000).Select(i => client.PostOf(room.Room, $"text {i}")));

        var answers = new List<ulong>();
        while (answers.Count < 1000)
        {
            var frame = await client.ReceiveAsync();
            Assert.True(frame is Posted or Message, $"{frame}");
            if (frame is Posted posted)
                answers.Add(posted.Seq!.Value);
        }
        Assert.Equal(Numbers(1000), answers);
        await sending;
    }

    [Spec("CP-TRA-013")]
    [Fact(Timeout = 20_000)]
    public async Task Bursts_of_new_rooms_within_the_limits_are_not_refused()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var name in new[] { "ann", "bob", "cleo" })
        {
            var client = await server.LogInAsync(name);
            var sending = client.SendAsync(Enumerable.Range(1, 999).Select(i => new Open(client.NextId(), $"{name}-{i}", Create: true)));

            Assert.Equal(999, (await client.ReceiveAsync<RoomInfo>(999)).Select(room => room.Room).Distinct().Count());
            await sending;
        }
    }

    [Fact(Timeout = 40_000)]
    public async Task A_kicked_peer_that_does_not_read_is_cut_off()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await TestServer.StartAsync(o => o with { MaxConnections = 1, Time = clock });
        var admin = await server.AdminAsync();
        var stalled = await server.LogInAsync("stalled", receiveBuffer: 4096);
        var sending = stalled.SendAsync(Enumerable.Range(1, 200_000).Select(i => new Ping((ulong)i)));
        await Eventually.TrueAsync(async () =>
            (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Single(s => s.Name == "stalled").Queued > 10_000, "it owes much");

        await admin.AskAsync<Ok>(new Kick(admin.NextId(), null, "stalled", "read, or go"));

        // Its place comes free although it never took its last word.
        await Eventually.TrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await using var client = await RawClient.ConnectAsync(server.Tcp);
            await client.SendAsync(client.Hello());
            return await client.ReceiveAsync() is Welcome;
        }, "the next is let in");
        await Record.ExceptionAsync(() => sending);
    }

    private static async Task<List<ulong>> MessagesAsync(RawClient client, int count)
    {
        var seen = new List<ulong>();
        while (seen.Count < count)
            seen.Add((await client.UntilAsync<Message>()).Seq);
        return seen;
    }

    private static IEnumerable<ulong> Numbers(int count) => Enumerable.Range(1, count).Select(i => (ulong)i);
}
