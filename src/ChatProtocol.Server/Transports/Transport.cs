using System.IO.Pipelines;
using System.Net;

namespace ChatProtocol.Server;

/// <summary>
/// Carries the bytes of a connection: by a socket, or by a stream on top of another transport, as with TLS. Its members are for
/// one thread at a time, except <see cref="Dispose"/>.
/// </summary>
internal abstract class Transport : IDisposable
{
    /// <summary>
    /// The bytes that come. A reset is an end like any other: bytes before it count as received, and nothing follows
    /// (CP-TRA-020).
    /// </summary>
    public abstract PipeReader Input { get; }

    /// <summary>The address at the other end, or the client's address that a proxy there named; null where there is none.</summary>
    public abstract EndPoint? Remote { get; set; }

    /// <summary>The address at this end.</summary>
    public abstract EndPoint? Local { get; }

    /// <summary>Whether nobody on the way can read or change what is carried.</summary>
    public abstract bool IsEncrypted { get; }

    /// <summary>The protocol that both ends have agreed on in a TLS handshake (ALPN); empty where they have not.</summary>
    public virtual string ApplicationProtocol { get; init; } = "";

    /// <summary>The id of the user at the other end of a Unix socket; null where the system does not tell.</summary>
    public abstract uint? PeerUser { get; }

    /// <summary>
    /// Whether the kernel has bytes, or the end, that were not read yet: the peer is not silent then, only the server is slow
    /// (CP-TRA-021). For any thread.
    /// </summary>
    public abstract bool HasUnread { get; }

    /// <summary>The same as <see cref="HasUnread"/>, except that the end does not count.</summary>
    public abstract bool HasUnreadBytes { get; }

    /// <summary>
    /// Whether the kernel has room for some more kilobytes; also true where nothing can be sent any more, which sending
    /// will tell.
    /// </summary>
    public abstract bool HasSendRoom { get; }

    /// <summary>The sink that a <see cref="SendQueue"/> sends to from now on. Nothing else may write then.</summary>
    public abstract Sink OpenSink();

    /// <summary>The same bytes as a stream, for code that takes one. Closing the stream closes nothing.</summary>
    public abstract Stream ToStream();

    /// <summary>Limits the kernel's buffer for a client that has stopped reading; without this the kernel takes megabytes.</summary>
    public abstract void LimitSendBuffer();

    /// <summary>Turns on TCP keep-alive, by which the kernel finds out whether a silent peer is still there.</summary>
    public abstract void KeepAlive();

    /// <summary>From the next read on the reader resumes outside of the thread that reads for all, since it may do anything.</summary>
    public abstract void ReadElsewhere();

    /// <summary>Tells the peer, behind the output, that nothing more comes; input still does.</summary>
    public abstract ValueTask EndSendingAsync();

    /// <summary>Reads input and throws it away until the other side has closed or the time is over.</summary>
    public async Task DrainAsync(TimeSpan atMost, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        try
        {
            while (true)
            {
                var read = await Input.ReadAsync(timeout.Token).ConfigureAwait(false);
                Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The time is over, or the connection was reset.
        }
    }

    /// <summary>Gives buffers back, and closes.</summary>
    public abstract ValueTask CloseAsync();

    /// <summary>Cuts the connection off, from any thread; code that reads or writes gets an exception.</summary>
    public abstract void Dispose();
}
