using System.Buffers.Binary;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Native clients over WebSocket, against a real server and byte by byte.</summary>
public sealed class WebSocketTests
{
    private const int Binary = 2, Close = 8, Ping = 9;

    private static readonly byte[] Hello = FrameCodec.Encode(new Hello(1, ProtocolVersion.Major, ProtocolVersion.Minor, [], "raw/1"));

    [Spec("CP-WSK-001"), Spec("CP-WSK-002"), Spec("CP-WSK-003")]
    [Fact(Timeout = 60_000)]
    public async Task Every_handshake_is_answered_as_its_vector_says()
    {
        await using var server = await TestServer.StartAsync();

        foreach (var vector in WebSocketVectors.Handshakes)
        {
            var (head, socket) = await RawWebSocket.AskAsync(server.Tcp, vector.Request);
            await socket.DisposeAsync();

            var lines = head.Split("\r\n");
            Assert.True(lines[0].StartsWith($"HTTP/1.1 {vector.Status} ", StringComparison.Ordinal), $"{vector.Id}: {lines[0]}");
            Assert.All(vector.Headers, header => Assert.Contains($"{header.Key}: {header.Value}", lines));
            Assert.DoesNotContain(lines, line => line.StartsWith("Sec-WebSocket-Extensions", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Spec("CP-WSK-004"), Spec("CP-WSK-007"), Spec("CP-WSK-008"), Spec("CP-WSK-009")]
    [Fact(Timeout = 60_000)]
    public async Task All_messages_are_read_as_their_vector_says()
    {
        await using var server = await TestServer.StartAsync();

        foreach (var vector in WebSocketVectors.Messages)
        {
            await using var socket = await RawWebSocket.OpenAsync(server.Tcp);
            await socket.SendAsync(Convert.FromHexString(vector.Hex));

            // A close frame that RFC 6455 wants at once may overtake the answers.
            var isWelcomed = vector.Close == 1002 || !vector.Stream.StartsWith(WebSocketVectors.Messages[0].Stream, StringComparison.Ordinal);
            int? close = null;
            var answers = new List<string>();
            while ((vector.Close is not null || !isWelcomed || answers.Count < vector.Answers.Count) && await socket.ReceiveAsync() is var (opcode, payload))
            {
                if (opcode == Close)
                    close = BinaryPrimitives.ReadUInt16BigEndian(payload);
                else if (opcode != Binary)
                    answers.Add(Convert.ToHexStringLower([(byte)(0x80 | opcode), (byte)payload.Length, .. payload]));
                else
                    isWelcomed |= payload is [_, _, _, _, _, 64, ..];
            }

            Assert.True(isWelcomed, $"{vector.Id}: the frame was not read");
            Assert.Equal(vector.Answers, answers);
            Assert.True(vector.Close == close, $"{vector.Id}: closed with {close}, not {vector.Close}");
        }
    }

    [Spec("CP-WSK-004")]
    [Theory(Timeout = 60_000), InlineData("tcp://127.0.0.1:0"), InlineData("tls://127.0.0.1:0")]
    public async Task Messages_may_come_right_behind_the_handshake(string endpoint)
    {
        await using var server = await TestServer.StartAsync(options => options with { Listen = [endpoint] });
        var client = endpoint.StartsWith("tls", StringComparison.Ordinal) ? await server.ConnectTlsAsync() : await server.ConnectAsync();
        byte[] behind = [.. RawWebSocket.Frame(Binary, Hello), .. RawWebSocket.Frame(Binary, FrameCodec.Encode(new Ping(2)))];

        var (head, socket) = await RawWebSocket.AskAsync(client, behind, WebSocketVectors.Handshakes[0].Request);

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        var answers = new List<byte>();
        while (answers.Count(code => code is 64 or 26) < 2 && await socket.ReceiveAsync() is var (_, payload))
            answers.AddRange(CodesOf(payload));
        Assert.Equal([64, 26], answers);
    }

    [Spec("CP-WSK-005")]
    [Theory(Timeout = 60_000), InlineData(65_536, 1000), InlineData(65_537, 1009)]
    public async Task A_message_has_65536_bytes_at_most(int size, int expected)
    {
        await using var server = await TestServer.StartAsync();
        await using var socket = await RawWebSocket.OpenAsync(server.Tcp);
        await socket.SendAsync(RawWebSocket.Frame(Binary, Hello));
        byte[] stream = [.. Enumerable.Repeat(FrameCodec.Encode(new Ping(7)), size).SelectMany(frame => frame).Take(size)];
        await socket.SendAsync(RawWebSocket.Frame(Binary, stream));
        await socket.SendAsync(RawWebSocket.Frame(Close, []));

        int? close = null;
        while (close is null && await socket.ReceiveAsync() is var (opcode, payload))
            if (opcode == Close)
                close = BinaryPrimitives.ReadUInt16BigEndian(payload);

        Assert.Equal(expected, close);
    }

    /// <summary>The codes of the frames that a message has, all of them whole and below 128.</summary>
    private static IEnumerable<byte> CodesOf(byte[] message)
    {
        for (var at = 0; at < message.Length; at += 4 + BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(at)))
            yield return message[at + 5];
    }

    [Spec("CP-WSK-006")]
    [Theory(Timeout = 60_000), InlineData(Ping), InlineData(Binary)]
    public async Task A_flood_of_what_carries_nothing_ends_the_connection(int opcode)
    {
        await using var server = await TestServer.StartAsync();
        await using var socket = await RawWebSocket.OpenAsync(server.Tcp);

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            byte[] flood = [.. Enumerable.Repeat(RawWebSocket.Frame(opcode, []), 1000).SelectMany(frame => frame)];
            for (var i = 0; i < 1000; i++)
            {
                await socket.SendAsync(flood);
                while (opcode == Ping && await socket.ReceiveAsync() is var (answer, _) && answer != 10)
                    continue;
            }
        });
    }
}
