using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>A socket. While no bytes come it holds no buffer.</summary>
internal sealed class SocketTransport : Transport
{
    private const int ReadSize = 32 * 1024;
    private const int SendBuffer = 64 * 1024;

    private readonly Socket _socket;
    private readonly SocketInput? _polled;
    private NetworkStream? _stream;

    /// <param name="socket">Closed with this.</param>
    /// <param name="loop">Reads the socket; with null the runtime does.</param>
    /// <exception cref="IOException">The system can watch no more sockets. The socket was closed.</exception>
    public SocketTransport(Socket socket, ReadLoop? loop)
    {
        _socket = socket;
        try
        {
            Remote = socket.RemoteEndPoint;
            if (Remote is IPEndPoint)
                socket.NoDelay = true;
            _polled = loop?.Add(socket);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            socket.Dispose();
            throw;
        }
        Input = _polled ?? PipeReader.Create(new Receiving(socket), new StreamPipeReaderOptions(bufferSize: ReadSize, useZeroByteReads: true));
    }

    public override PipeReader Input { get; }

    public override EndPoint? Remote { get; set; }

    public override EndPoint? Local => _socket.LocalEndPoint;

    public override bool IsEncrypted => false;

    public override uint? PeerUser => PeerCredentials.UserOf(_socket);

    public override bool HasUnread
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public override bool HasUnreadBytes => _socket.Available > 0;

    /// <summary>A socket counts as writable with a third of its buffer free; with less it may take only a part of a piece.</summary>
    public override bool HasSendRoom
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectWrite);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    public override Sink OpenSink()
    {
        LimitSendBuffer();
        // The sink tries at once and waits only when the kernel has no room; receiving stays as it was.
        _socket.Blocking = false;
        return new SocketSink(_socket, this);
    }

    public override Stream ToStream() => new TransportStream(Input, _stream ??= new NetworkStream(_socket, ownsSocket: false));

    public override void LimitSendBuffer() => _socket.SendBufferSize = SendBuffer;

    public override void KeepAlive()
    {
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
    }

    public override void ReadElsewhere() => _polled?.ReadElsewhere();

    public override ValueTask EndSendingAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask CloseAsync()
    {
        // Gives pooled buffers back; Kestrel may have done so already.
        await Input.CompleteAsync().ConfigureAwait(false);
        Dispose();
    }

    public override void Dispose()
    {
        _stream?.Dispose();
        _socket.Dispose();
        _polled?.Abort();
    }

    /// <summary>A stream that ends where the socket is reset.</summary>
    private sealed class Receiving(Socket socket) : NetworkStream(socket, ownsSocket: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: not (SocketError.OperationAborted or SocketError.Interrupted) })
            {
                return 0;
            }
        }
    }
}
