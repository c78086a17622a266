using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What the server holds of what it is sent, and for how long.</summary>
public sealed class InputBudgetTests
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

    [Spec("CP-TRA-006")]
    [Fact(Timeout = 60_000)]
    public async Task However_little_all_may_hold_nothing_is_refused_and_every_post_is_answered()
    {
        await using var server = await TestServer.StartAsync(o => o with { InputBytes = 1, MaxConnections = 100, FrameTimeout = TimeSpan.FromSeconds(60) });
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
        await using var server = await TestServer.StartAsync(o => o with { InputBytes = 200_000, MaxConnections = 100, FrameTimeout = TimeSpan.FromSeconds(30) });
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
}
