using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The first record that a TLS client sends: for clients that begin a handshake and leave it there.</summary>
internal static class TlsHello
{
    private const int HeaderSize = 5;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A whole hello, as the runtime's clients say it.</summary>
    public static async Task<byte[]> MakeAsync()
    {
        using var listening = new TcpListener(IPAddress.Loopback, 0);
        listening.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listening.LocalEndpoint, Stop);
        await using var secure = new SslStream(client.GetStream());
        var handshake = secure.AuthenticateAsClientAsync("localhost");
        var hello = new byte[HeaderSize];
        using (var server = await listening.AcceptTcpClientAsync(Stop))
        {
            await server.GetStream().ReadExactlyAsync(hello, Stop);
            Array.Resize(ref hello, HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(HeaderSize - 2)));
            await server.GetStream().ReadExactlyAsync(hello.AsMemory(HeaderSize), Stop);
        }
        await Record.ExceptionAsync(() => handshake);
        return hello;
    }

    /// <summary>Connects from an address of its own, says so much of a hello, and then nothing.</summary>
    public static async Task<Socket> SayAsync(IPEndPoint server, string from, ReadOnlyMemory<byte> hello)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(server, Stop);
        await socket.SendAsync(hello, Stop);
        return socket;
    }

    /// <summary>Whether the server still waits for the rest of a handshake. What it has said itself is thrown away.</summary>
    public static bool IsHeld(Socket socket)
    {
        try
        {
            var answer = new byte[4096];
            while (socket.Poll(0, SelectMode.SelectRead))
                if (socket.Receive(answer) == 0)
                    return false;
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
