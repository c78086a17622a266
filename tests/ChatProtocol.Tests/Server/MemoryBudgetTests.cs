using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The memory that the server holds for all connections together, and for how long.</summary>
public sealed class MemoryBudgetTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [Spec("CP-TRA-012")]
    [Theory(Timeout = 20_000)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5000)]
    public async Task A_frame_that_does_not_end_in_time_is_told_and_closed(int bytes)
    {
        await using var server = await TestServer.StartAsync(o => o with { FrameTimeout = Soon });
        var client = await server.LogInAsync("ann");

        await client.SendBytesAsync(((byte[])[0, 1, 0, 0, .. new byte[5000]]).AsMemory(0, bytes));

        var error = await client.ReceiveAsync<Error>();
        Assert.Equal((null, ErrorCode.FrameTimeout, 300ul), (error.Id, error.Reason, error.Value));
        await client.ClosedAsync();
    }

    [Spec("CP-TRA-012")]
    [Fact(Timeout = 20_000)]
    public async Task Frames_that_end_in_time_are_taken_however_long_they_come_one_after_the_other()
    {
        await using var server = await TestServer.StartAsync(o => o with { FrameTimeout = Soon });
        var client = await server.LogInAsync("ann");
        var ping = FrameCodec.Encode(new Ping(7));

        // Each ends with the beginning of the next.
        await client.SendBytesAsync(ping.AsMemory(0, 3));
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Soon * 3)
        {
            await client.SendBytesAsync((byte[])[.. ping[3..], .. ping[..3]]);
            await client.ReceiveAsync<Pong>();
        }
        await client.SendBytesAsync(ping.AsMemory(3));

        await client.ReceiveAsync<Pong>();
    }

    [Spec("CP-TRA-012", "CP-TRA-021")]
    [Fact(Timeout = 20_000)]
    public async Task Time_in_which_the_server_stood_still_is_not_counted_against_a_frame_that_has_begun()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(o => o with { Time = time });
        var (client, other) = (await server.LogInAsync("ann"), await server.LogInAsync("bob"));
        var ping = FrameCodec.Encode(new Ping(7));
        await client.SendBytesAsync((byte[])[.. ping, .. ping[..3]]);
        await client.ReceiveAsync<Pong>();

        time.Advance(TimeSpan.FromSeconds(100));
        // The thread that reads answers one after the other, so behind these it has looked at the half frame.
        await other.AskAsync<Pong>(new Ping(1));
        await other.AskAsync<Pong>(new Ping(2));
        await client.SendBytesAsync(ping.AsMemory(3));

        await client.ReceiveAsync<Pong>();
    }

    [Spec("CP-TRA-006")]
    [Fact(Timeout = 60_000)]
    public async Task However_little_all_may_hold_nothing_is_refused_and_every_post_is_answered()
    {
        await using var server = await TestServer.StartAsync(o => o with { BufferBytes = 1, MaxConnections = 100, FrameTimeout = TimeSpan.FromSeconds(60) });
        var clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => server.LogInAsync($"user{i}")));
        var room = (await clients[0].JoinAsync("tea")).Room;

        await Task.WhenAll(clients.Select(async client =>
        {
            var sending = client.SendAsync(Enumerable.Range(0, 100).Select(_ => client.PostOf(room, new string('x', 60_000))));
            for (var i = 0; i < 100; i++)
                await client.UntilAsync<Posted>();
            await sending;
        }));
    }

    [Fact(Timeout = 60_000)]
    public async Task Half_frames_beyond_the_budget_have_a_tenth_of_the_time_and_hold_up_nobody()
    {
        await using var server = await TestServer.StartAsync(o => o with { BufferBytes = 200_000, MaxConnections = 100, FrameTimeout = TimeSpan.FromSeconds(30) });
        var innocent = await server.LogInAsync("innocent");
        var room = (await innocent.JoinAsync("tea")).Room;
        for (var i = 0; i < 10; i++)
        {
            var half = await server.LogInAsync($"half{i}");
            await half.SendBytesAsync((byte[])[0, 1, 0xFF, 0, .. new byte[60_000]]);
        }

        await innocent.AskAsync<Posted>(innocent.PostOf(room, new string('x', 60_000)));
        // Of those that are left all together hold no more than the budget, and have the whole time again.
        var admin = await server.AdminAsync();
        await Eventually.TrueAsync(
            async () => (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Count(item => item.Name.StartsWith("half", StringComparison.Ordinal)) <= 3,
            "there is room again");
    }

    [Spec("CP-DEL-020")]
    [Fact(Timeout = 60_000)]
    public async Task Slow_readers_together_are_owed_the_budget_and_beyond_it_a_share_each_and_give_back_what_they_had()
    {
        const int Budget = 1024 * 1024;
        const int Crowd = 16;
        const int Posts = 80;
        const ulong Share = Budget / 100;
        const ulong Piece = 8192;
        await using var server = await TestServer.StartAsync(o => o with { BufferBytes = Budget, MaxConnections = 100 });
        var admin = await server.AdminAsync();
        var talker = await server.LogInAsync("talker");
        var room = (await talker.JoinAsync("tea")).Room;

        for (var round = 0; round < 2; round++)
        {
            var crowd = new List<RawClient>();
            for (var i = 0; i < Crowd; i++)
            {
                crowd.Add(await server.LogInAsync($"slow-{round}-{i}", receiveBuffer: 4096));
                await crowd[i].JoinAsync("tea");
            }
            // One at a time, so that each is a segment by itself.
            for (var i = 0; i < Posts; i++)
                await talker.AskAsync<Posted>(talker.PostOf(room, new string('x', (int)Piece - 100)));

            var owed = await OwedAsync(admin);
            Assert.InRange(owed.Sum(each => (long)each), Budget * 9 / 10, Budget + (Crowd * (long)(Share + Piece)));
            Assert.All(owed, each => Assert.InRange(each, 1ul, (ulong)server.Options.QueueBytes + Piece));
            var seen = new List<Message>();
            while (seen.Count < Posts)
                seen.Add(await crowd[^1].UntilAsync<Message>());
            Assert.Equal(Enumerable.Range((round * Posts) + 1, Posts).Select(seq => (ulong)seq), seen.Select(message => message.Seq));

            foreach (var one in crowd)
                one.Reset();
            await Eventually.TrueAsync(async () => (await OwedAsync(admin)).Count == 0, "the crowd is gone");
        }
    }

    private static async Task<List<ulong>> OwedAsync(RawClient admin) =>
        [.. (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items
            .Where(item => item.Name.StartsWith("slow-", StringComparison.Ordinal)).Select(item => item.Queued)];
}
