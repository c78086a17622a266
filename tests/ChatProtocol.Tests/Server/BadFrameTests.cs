using System.Buffers.Binary;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Native connections that break the rules, or come as close to it as they may.</summary>
public sealed class BadFrameTests
{
    [Spec("CP-TRA-003", "CP-TRA-004", "CP-TRA-011", "CP-LIM-004")]
    [Theory(Timeout = 20_000)]
    [InlineData(0u, ErrorCode.Malformed)]
    [InlineData(4097u, ErrorCode.FrameTooLong)]
    [InlineData(0x00FFFFFFu, ErrorCode.FrameTooLong)]
    public async Task A_wrong_length_before_login_is_named_and_closes(uint length, ErrorCode code)
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();

        await client.SendBytesAsync(Length(length));

        await ToldAsync(client, code);
    }

    [Spec("CP-TRA-003", "CP-TRA-011")]
    [Theory(Timeout = 20_000)]
    [InlineData(0u, ErrorCode.Malformed)]
    [InlineData(131_073u, ErrorCode.FrameTooLong)]
    [InlineData(uint.MaxValue, ErrorCode.FrameTooLong)]
    public async Task A_wrong_length_after_login_is_named_and_closes(uint length, ErrorCode code)
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");

        await client.SendBytesAsync(Length(length));

        await ToldAsync(client, code);
    }

    [Spec("CP-TRA-008")]
    [Fact(Timeout = 20_000)]
    public async Task A_frame_of_exactly_the_limit_is_taken()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");
        // An unknown odd code, an id, and a byte string that fills the frame.
        byte[] head = [0x93, 0xCC, 201, 7, 0xC6, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), Limits.Default.Frame - head.Length);

        await client.SendBytesAsync((byte[])[.. Length((uint)Limits.Default.Frame), .. head, .. new byte[Limits.Default.Frame - head.Length]]);

        Assert.Equal((7ul, ErrorCode.UnknownCode), Named(await client.ReceiveAsync<Error>()));
        await client.AskAsync<Pong>(new Ping(client.NextId()));
    }

    [Spec("CP-ENC-009", "CP-ERR-001", "CP-ERR-002")]
    [Fact(Timeout = 20_000)]
    public async Task An_unknown_odd_code_is_refused_and_an_unknown_even_one_closes()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");

        await client.SendBytesAsync(new byte[] { 0, 0, 0, 4, 0x92, 0xCC, 201, 9 });
        Assert.Equal((9ul, ErrorCode.UnknownCode), Named(await client.ReceiveAsync<Error>()));

        await client.SendBytesAsync(new byte[] { 0, 0, 0, 4, 0x92, 0xCC, 254, 9 });
        await ToldAsync(client, ErrorCode.UnknownCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_frame_of_the_other_direction_closes()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");

        await client.SendAsync(new Bye(ByeCode.Shutdown, "no, you", null));

        await ToldAsync(client, ErrorCode.UnknownCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task No_MessagePack_closes_and_what_came_before_it_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");

        await client.SendBytesAsync((byte[])[.. FrameCodec.Encode(new Ping(3)), 0, 0, 0, 1, 0xC1]);

        Assert.Equal(3ul, (await client.ReceiveAsync<Pong>()).Id);
        await ToldAsync(client, ErrorCode.Malformed);
    }

    [Fact(Timeout = 20_000)]
    public async Task One_byte_at_a_time_is_a_conversation_like_any_other()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();
        byte[] all = [.. FrameCodec.Encode(client.Hello()), .. FrameCodec.Encode(client.LoginOf("ann")), .. FrameCodec.Encode(new Ping(9))];

        foreach (var b in all)
            await client.SendBytesAsync(new[] { b });

        await client.ReceiveAsync<Welcome>();
        await client.ReceiveAsync<LoggedIn>();
        Assert.Equal(9ul, (await client.ReceiveAsync<Pong>()).Id);
    }

    [Spec("CP-TRA-005")]
    [Fact(Timeout = 20_000)]
    public async Task Thousands_of_frames_in_one_write_are_answered_in_order()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");

        var sending = client.SendAsync(Enumerable.Range(1, 5000).Select(i => new Ping((ulong)i)));

        var pongs = await client.ReceiveAsync<Pong>(5000);
        Assert.Equal(Enumerable.Range(1, 5000).Select(i => (ulong)i), pongs.Select(pong => pong.Id));
        await sending;
    }

    [Fact(Timeout = 20_000)]
    public async Task Everything_may_come_in_the_very_first_write()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();

        await client.SendAsync([client.Hello(), client.LoginOf("ann"), new Open(5, "tea", Create: true), new Ping(6)]);

        await client.ReceiveAsync<Welcome>();
        await client.ReceiveAsync<LoggedIn>();
        Assert.Equal("tea", (await client.ReceiveAsync<RoomInfo>()).Name);
        await client.ReceiveAsync<Pong>();
    }

    [Spec("CP-TRA-005")]
    [Fact(Timeout = 20_000)]
    public async Task Whoever_ends_sending_still_gets_every_answer()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");
        var room = await client.JoinAsync("tea");

        await client.SendAsync(Enumerable.Range(0, 100).Select(i => client.PostOf(room.Room, $"text {i}")));
        await client.EndSendingAsync();

        for (var i = 0; i < 100; i++)
            await client.UntilAsync<Posted>();
    }

    [Fact(Timeout = 20_000)]
    public async Task An_end_in_the_middle_of_a_frame_answers_what_was_whole_and_drops_the_rest()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");

        await client.SendBytesAsync((byte[])[.. FrameCodec.Encode(new Ping(3)), .. FrameCodec.Encode(new Ping(4))[..^1]]);
        await client.EndSendingAsync();

        Assert.Equal(3ul, (await client.ReceiveAsync<Pong>()).Id);
        await client.ClosedAsync();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_reset_in_the_middle_of_a_frame_ends_the_session_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();
        var client = await server.LogInAsync("ann");

        await client.SendBytesAsync(FrameCodec.Encode(client.PostOf(1, "half a word")).AsMemory(0, 9));
        client.Reset();

        await Eventually.TrueAsync(async () => (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Count == 1, "ann is gone");
        Assert.Equal(0ul, (await admin.AskAsync<StatusReport>(new Status(admin.NextId()))).Posts);
    }

    [Fact(Timeout = 20_000)]
    public async Task Members_that_come_and_vanish_in_a_busy_room_trouble_nobody()
    {
        await using var server = await TestServer.StartAsync();
        var talker = await server.LogInAsync("talker");
        var room = await talker.JoinAsync("tea");
        using var enough = new CancellationTokenSource();
        var guests = Task.WhenAll(Enumerable.Range(0, 4).Select(i => ComeAndGoAsync(server, $"guest{i}", enough.Token)));

        for (var round = 0; round < 40; round++)
        {
            await talker.SendAsync(Enumerable.Range(0, 100).Select(_ => talker.PostOf(room.Room, new string('x', 200))));
            for (var i = 0; i < 100; i++)
                await talker.UntilAsync<Posted>();
        }

        await enough.CancelAsync();
        await guests;
        await talker.AskAsync<Pong>(new Ping(talker.NextId()));
    }

    private static async Task ComeAndGoAsync(TestServer server, string name, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            await using var client = await RawClient.ConnectAsync(server.Tcp);
            await client.SendAsync([client.Hello(), client.LoginOf(name), new Join(9, "tea", PresenceMode.None, 0, null)]);
            await client.UntilAsync<RoomInfo>();
            if (i % 2 == 0)
                client.Reset();
        }
    }

    private static byte[] Length(uint length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
        return bytes;
    }

    private static (ulong?, ErrorCode) Named(Error error) => (error.Id, error.Reason);

    private static async Task ToldAsync(RawClient client, ErrorCode code)
    {
        Assert.Equal((null, code), Named(await client.ReceiveAsync<Error>()));
        await client.ClosedAsync();
    }
}
