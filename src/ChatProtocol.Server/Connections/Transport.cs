using System.IO.Pipelines;
using System.Net;

namespace ChatProtocol.Server;

/// <summary>
/// How the bytes of a connection come and go: by a socket, or by a stream that lies on another transport, as TLS does. Its
/// members are for one thread at a time, except <see cref="Dispose"/>.
/// </summary>
internal abstract class Transport : IDisposable
{
    /// <summary>What comes in. A reset is an end like any other: what came before it has come, and nothing follows (CP-TRA-020).</summary>
    public abstract PipeReader Input { get; }

    /// <summary>The address at the other end, or the one that a proxy there speaks for; null where there is none.</summary>
    public abstract EndPoint? Remote { get; set; }

    /// <summary>The address at this end.</summary>
    public abstract EndPoint? Local { get; }

    /// <summary>Whether nobody on the way can read or change what is carried.</summary>
    public abstract bool IsEncrypted { get; }

    /// <summary>The id of the user at the other end of a Unix socket; null where the system does not tell.</summary>
    public abstract uint? PeerUser { get; }

    /// <summary>
    /// Whether something lies in the kernel that was not read yet, be it the end: the peer is not silent then, only this side
    /// is slow (CP-TRA-021). For any thread.
    /// </summary>
    public abstract bool HasUnread { get; }

    /// <summary>The same, where the end counts for nothing.</summary>
    public abstract bool HasUnreadBytes { get; }

    /// <summary>Whether the kernel has room for some more kilobytes; true as well where nothing can be sent any more, which sending will tell.</summary>
    public abstract bool HasSendRoom { get; }

    /// <summary>Where a <see cref="SendQueue"/> sends from now on. Nothing else may write then.</summary>
    public abstract Sink OpenSink();

    /// <summary>The same bytes as a stream, for code of the runtime's kind. Closing the stream closes nothing.</summary>
    public abstract Stream ToStream();

    /// <summary>Has the kernel take little for a reader that has stopped; without this it takes megabytes.</summary>
    public abstract void LimitSendBuffer();

    /// <summary>Has the kernel find out whether a peer that says nothing is still there.</summary>
    public abstract void KeepAlive();

    /// <summary>From the next read on the reader goes on elsewhere than in the thread that reads for all, since it may do anything.</summary>
    public abstract void ReadElsewhere();

    /// <summary>Tells the peer that nothing more comes, behind what was sent; input still does.</summary>
    public abstract ValueTask EndSendingAsync();

    /// <summary>Gives back what it holds, and closes.</summary>
    public abstract ValueTask CloseAsync();

    /// <summary>Cuts the connection off, from any thread; code that reads or writes is told by an exception.</summary>
    public abstract void Dispose();
}
