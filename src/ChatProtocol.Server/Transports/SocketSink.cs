using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>A socket that does not block: it takes as many bytes as the kernel has room for.</summary>
internal sealed class SocketSink(Socket socket, Transport transport) : Sink
{
    public override bool HasRoom => transport.HasSendRoom;

    public override int TrySend(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var sent = socket.Send(bytes.Span, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock or SocketError.IOPending => 0,
                _ => Broken,
            };
        }
        catch (ObjectDisposedException)
        {
            // A connection that was cut off may lose its socket while the hub still serves it.
            return Broken;
        }
    }

    public override async ValueTask<int> UntilReadyAsync(ReadOnlyMemory<byte> head)
    {
        try
        {
            return await socket.SendAsync(head).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException(e.Message, e);
        }
    }
}
