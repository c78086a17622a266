using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Server;

namespace ChatProtocol.Tests;

/// <summary>
/// A handshake that begins as TLS's does and hides nothing: behind it the connection goes on over a stream. With
/// <c>CHAT_TEST_TRANSPORT=stream</c> every server of the tests does it and every client of theirs begins with it, so that
/// all that holds for sockets is tried on streams.
/// </summary>
internal static class TestHandshake
{
    private static readonly byte[] Opening = [0x16, 0x03, 0x7F];

    private static readonly ConcurrentDictionary<int, bool> Servers = new();

    /// <summary>Whether this run of the tests tries streams.</summary>
    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable("CHAT_TEST_TRANSPORT") == "stream";

    /// <summary>The server's side: takes the opening off, and gives a stream.</summary>
    public static async ValueTask<Transport> AnswerAsync(AcceptedConnection accepted, CancellationToken stopping)
    {
        var transport = accepted.Transport;
        var stream = transport.ToStream();
        var opening = new byte[Opening.Length];
        await stream.ReadExactlyAsync(opening, stopping);
        return opening.AsSpan().SequenceEqual(Opening)
            ? new StreamTransport(stream, transport, isEncrypted: true)
            : throw new IOException("this is another handshake");
    }

    /// <summary>From now on clients begin with the opening at this port.</summary>
    public static void Serve(int port) => Servers[port] = true;

    public static void Forget(int port) => Servers.TryRemove(port, out _);

    /// <summary>The client's side: says the opening where the server knows it.</summary>
    public static async Task BeginAsync(Socket socket, CancellationToken stop)
    {
        if (socket.RemoteEndPoint is IPEndPoint server && Servers.ContainsKey(server.Port))
            await socket.SendAsync(Opening, stop);
    }
}
