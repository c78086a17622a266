using System.IO.Pipelines;
using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>A connection as it was accepted: a socket, and what comes in by it. While nothing comes it holds no buffer.</summary>
internal sealed class Accepted : IDisposable
{
    private const int ReadSize = 32 * 1024;

    /// <param name="socket">Closed with this.</param>
    /// <param name="stopping">Cancelled when the server is about to stop.</param>
    public Accepted(Socket socket, CancellationToken stopping)
    {
        Socket = socket;
        Stopping = stopping;
        Stream = new NetworkStream(socket, ownsSocket: true);
        Input = PipeReader.Create(Stream, new StreamPipeReaderOptions(bufferSize: ReadSize, useZeroByteReads: true));
    }

    public Socket Socket { get; }

    public CancellationToken Stopping { get; }

    public NetworkStream Stream { get; }

    public PipeReader Input { get; }

    /// <summary>Cuts it off, from any thread; whoever reads or writes is told by an exception.</summary>
    public void Dispose() => Stream.Dispose();
}
