using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Server;

namespace ChatProtocol.Tests;

/// <summary>
/// The carrier of all connections between servers and clients of the tests, so that all that holds for sockets is tried on it: with
/// <c>CHAT_TEST_TRANSPORT=stream</c> a stream, behind a handshake that begins as TLS's does and hides nothing; with <c>websocket</c> a
/// WebSocket.
/// </summary>
internal static class TestHandshake
{
    private static readonly byte[] Opening = [0x16, 0x03, 0x7F];

    private static readonly ConcurrentDictionary<int, bool> Servers = new();

    private static readonly string? Carrier = Environment.GetEnvironmentVariable("CHAT_TEST_TRANSPORT");

    /// <summary>Whether this run of the tests tries anything but sockets.</summary>
    public static bool IsWanted => Carrier is not null;

    /// <summary>Whether it tries WebSockets.</summary>
    public static bool IsWebSocket => Carrier == "websocket";

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

    /// <summary>Whether clients of this server have something to begin with.</summary>
    public static bool IsServed(EndPoint? server) => server is IPEndPoint { Port: var port } && Servers.ContainsKey(port);

    /// <summary>The client's side: says the opening where the server knows it.</summary>
    public static async Task BeginAsync(Socket socket, CancellationToken stop)
    {
        if (!IsWebSocket && IsServed(socket.RemoteEndPoint))
            await socket.SendAsync(Opening, stop);
    }
}
