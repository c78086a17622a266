using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace ChatProtocol.Tests;

/// <summary>The client's end of a WebSocket, byte by byte, as a browser would not do it.</summary>
internal sealed class RawWebSocket : IAsyncDisposable
{
    private const int Longest = 70_000;

    private readonly RawClient _client;

    private RawWebSocket(RawClient client) => _client = client;

    /// <summary>Sends the lines of a request, and returns the head of the answer with the connection behind it.</summary>
    public static async Task<(string Head, RawWebSocket Socket)> AskAsync(EndPoint server, params IEnumerable<string> request) =>
        await AskAsync(await RawClient.ConnectAsync(server), [], request);

    /// <summary>Sends the lines of a request, with some bytes right behind it, over a connection that is there.</summary>
    public static async Task<(string Head, RawWebSocket Socket)> AskAsync(RawClient client, byte[] behind, params IEnumerable<string> request)
    {
        await client.SendBytesAsync((byte[])[.. Encoding.ASCII.GetBytes(string.Concat(request.Select(line => $"{line}\r\n")) + "\r\n"), .. behind]);
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await client.ReadExactlyAsync(1) is [var next])
            head.Append((char)next);
        return (head.ToString(), new RawWebSocket(client));
    }

    /// <summary>Opens a WebSocket as a program would, without an origin.</summary>
    public static async Task<RawWebSocket> OpenAsync(EndPoint server) => (await AskAsync(server, WebSocketVectors.Handshakes[0].Request)).Socket;

    /// <summary>A client's frame, masked.</summary>
    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool isLast = true)
    {
        var frame = new List<byte> { (byte)(opcode | (isLast ? 0x80 : 0)), (byte)(0x80 | (payload.Length < 126 ? payload.Length : payload.Length < 65_536 ? 126 : 127)) };
        if (payload.Length >= 126)
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
            frame.AddRange(payload.Length < 65_536 ? length[6..] : length);
        }
        byte[] mask = [1, 2, 3, 4];
        frame.AddRange(mask);
        for (var i = 0; i < payload.Length; i++)
            frame.Add((byte)(payload[i] ^ mask[i % 4]));
        return [.. frame];
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _client.SendBytesAsync(bytes);

    /// <summary>The server's next frame: its opcode and payload; null at the end of the connection.</summary>
    public async Task<(int Opcode, byte[] Payload)?> ReceiveAsync()
    {
        if (await _client.ReadExactlyAsync(2) is not { } head)
            return null;
        var length = head[1] & 0x7F;
        if (length >= 126)
        {
            var longer = new byte[8];
            var bytes = (await _client.ReadExactlyAsync(length == 126 ? 2 : 8))!;
            bytes.CopyTo(longer, 8 - bytes.Length);
            length = (int)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(longer), Longest);
        }
        return (head[0] & 0x0F, length == 0 ? [] : (await _client.ReadExactlyAsync(length))!);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
