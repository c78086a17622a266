namespace ChatProtocol.Hub;

/// <summary>One connection, from its first byte to its end. Opaque to the hub's callers.</summary>
public sealed class Session
{
    internal Session(ulong id, IPeer peer, long now)
    {
        Id = id;
        Peer = peer;
        Since = now;
        LastHeard = now;
        LastProgress = now;
    }

    /// <summary>The number by which admins know it; never given twice while the server runs.</summary>
    public ulong Id { get; }

    internal IPeer Peer { get; }

    internal SessionState State { get; set; }

    /// <summary>Null until login.</summary>
    internal Principal? Principal { get; set; }

    internal Publisher? Publisher { get; set; }

    /// <summary>The publisher id of a login that is not durable yet.</summary>
    internal ReadOnlyMemory<byte>? PublisherWanted { get; set; }

    internal bool HasInbox { get; set; }

    /// <summary>Bytes of each room that it is ready to keep; null if it did not say (CP-DEL-031).</summary>
    internal ulong? Window { get; set; }

    /// <summary>Requests that came before the login they depend on was durable; null while there are none.</summary>
    internal Queue<Frame>? Held { get; set; }

    internal Dictionary<ulong, Member> Rooms { get; } = [];

    /// <summary>Its members that are behind, in the order of their turns.</summary>
    internal LinkedList<Member> Behind { get; } = new();

    /// <summary>For which of them the log is read: one at a time, or many rooms would each read what the peer has no room for.</summary>
    internal Member? ReadsFor { get; set; }

    /// <summary>Requests whose replies may be long.</summary>
    internal Queue<Request> Bulk { get; } = new();

    /// <summary>Requests that have no reply yet.</summary>
    internal int Unanswered { get; private set; }

    /// <summary>Its last request: answered, and the session ended, once all before it are.</summary>
    internal Quit? Quit { get; set; }

    /// <summary>A page of history is being read for it.</summary>
    internal bool AwaitsPage { get; set; }

    /// <summary>The peer's queue was full; it will say when it has drained.</summary>
    internal bool IsFull { get; set; }

    internal long Since { get; }

    internal long LastHeard { get; set; }

    internal bool Pinged { get; set; }

    internal long SentBefore { get; set; }

    internal long LastProgress { get; set; }

    internal bool IsReady => State == SessionState.Ready;

    internal bool IsClosed => State == SessionState.Closed;

    internal void Asked() => Unanswered++;

    internal void Reply(Frame frame)
    {
        if (IsClosed)
            return;
        if (frame is ChatProtocol.Reply or Error { Id: not null })
            Unanswered--;
        Peer.Send(frame);
    }

    internal void Refuse(ulong id, ErrorCode code, string text, ulong? value = null, string? field = null, long? retryAfter = null) =>
        Reply(new Error(id, code, text, retryAfter, value, field));
}

/// <summary>CP-STA-001: what a session may do depends on how far it has come.</summary>
internal enum SessionState
{
    Open,
    Greeted,
    LoggingIn,
    Ready,
    Closed,
}
