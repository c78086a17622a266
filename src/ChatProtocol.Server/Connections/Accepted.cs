using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A connection as it was accepted: a socket, and what comes in by it. While nothing comes it holds no buffer.</summary>
internal sealed class Accepted : IDisposable
{
    private const int ReadSize = 32 * 1024;

    private readonly SocketInput? _polled;
    private NetworkStream? _stream;

    /// <param name="socket">Closed with this.</param>
    /// <param name="loop">What reads it; the runtime does without.</param>
    /// <param name="stopping">Cancelled when the server is about to stop.</param>
    /// <exception cref="IOException">The system watches no more sockets. This one was closed.</exception>
    public Accepted(Socket socket, ReadLoop? loop, CancellationToken stopping)
    {
        Socket = socket;
        Remote = socket.RemoteEndPoint;
        Stopping = stopping;
        try
        {
            _polled = loop?.Add(socket);
        }
        catch (IOException)
        {
            socket.Dispose();
            throw;
        }
        Input = _polled ?? PipeReader.Create(new Receiving(socket), new StreamPipeReaderOptions(bufferSize: ReadSize, useZeroByteReads: true));
    }

    public Socket Socket { get; }

    /// <summary>Who is at the other end, or whom a proxy there speaks for.</summary>
    public EndPoint? Remote { get; set; }

    /// <summary>What it is counted by.</summary>
    public Origin Origin { get; set; }

    /// <summary>What it takes up in the server; nothing if it is an admin's.</summary>
    public Place? Place { get; set; }

    public CancellationToken Stopping { get; }

    public PipeReader Input { get; }

    /// <summary>For those who write to it by the runtime's means.</summary>
    public NetworkStream Stream => _stream ??= new NetworkStream(Socket, ownsSocket: true);

    /// <summary>
    /// Whether something lies in the kernel that was not read yet, be it the end: nobody is silent then, only we are slow
    /// (CP-TRA-021).
    /// </summary>
    public bool HasUnread => HasUnreadIn(Socket);

    public static bool HasUnreadIn(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The input is read by code that may do anything, and not in the thread that reads for all.</summary>
    public void ReadElsewhere() => _polled?.ReadElsewhere();

    /// <summary>Cuts it off, from any thread; whoever reads or writes is told by an exception.</summary>
    public void Dispose()
    {
        _stream?.Dispose();
        Socket.Dispose();
        _polled?.Abort();
    }

    /// <summary>A reset is an end like any other: what came before it has come, and nothing follows (CP-TRA-020).</summary>
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
