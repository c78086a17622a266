namespace ChatProtocol.Hub;

/// <summary>One connection, from its first byte to its end. Opaque to the hub's callers.</summary>
public sealed class Session
{
    private readonly HubState _hub;
    private Queue<Action>? _bulk;

    internal Session(ulong id, IPeer peer, HubState hub)
    {
        _hub = hub;
        Id = id;
        Peer = peer;
        Since = hub.Now;
        Source = hub.Sources.Enter(peer.Origin);
        IsPaced = Source.IsPaced && !peer.IsAdmin;
        Began = LastHeard = LastProgress = hub.LivenessTime;
        LastAsked = hub.Ticks;
    }

    /// <summary>The number by which admins know it; never given twice while the server runs.</summary>
    public ulong Id { get; }

    internal IPeer Peer { get; }

    internal SessionState State { get; set; }

    /// <summary>Null until login.</summary>
    internal Principal? Principal { get; set; }

    /// <summary>The last name that it was told it has; null before login.</summary>
    internal string? NameTold { get; set; }

    internal Publisher? Publisher { get; set; }

    /// <summary>The publisher id of a login that is not durable yet.</summary>
    internal ReadOnlyMemory<byte>? PublisherWanted { get; set; }

    internal bool HasInbox { get; set; }

    /// <summary>Bytes of each room that it is ready to keep; null if it did not say (CP-DEL-031).</summary>
    internal ulong? Window { get; set; }

    /// <summary>Requests that came before the login they depend on was durable, and those behind them; null while there are none.</summary>
    internal Queue<Frame>? Held { get; set; }

    internal Dictionary<ulong, Member> Rooms { get; } = [];

    /// <summary>Those of its rooms that its inbox holds; the one in which something was said last is the last.</summary>
    internal LinkedList<Member> Invited { get; } = new();

    /// <summary>How many rooms it has joined that its inbox does not hold.</summary>
    internal int JoinedCount => Rooms.Count - Invited.Count;

    /// <summary>Its members that are behind, in the order of their turns.</summary>
    internal LinkedList<Member> Behind { get; } = new();

    /// <summary>Its peer takes more, and it waits to be fed.</summary>
    internal bool IsHungry { get; set; }

    /// <summary>For which of them the log is read: one at a time, or many rooms would each read what the peer has no room for.</summary>
    internal Member? ReadsFor { get; set; }

    /// <summary>Makes the replies, which may be long, to requests that wait for their turn.</summary>
    internal Queue<Action> Bulk => _bulk ??= new Queue<Action>();

    /// <summary>It is among those that are given a long reply in this turn or the next.</summary>
    internal bool HasTurn { get; set; }

    /// <summary>Requests that have no reply yet.</summary>
    internal int Unanswered { get; private set; }

    /// <summary>Its last request: answered, and the session ended, once all before it are.</summary>
    internal Quit? Quit { get; set; }

    /// <summary>Where it comes from, and what was used of that one's bounds.</summary>
    internal Source Source { get; }

    /// <summary>Whether its posts may have to wait; an admin's never have.</summary>
    internal bool IsPaced { get; set; }

    /// <summary>Posts that wait for their time; null while none do.</summary>
    internal DelayedPosts? Delayed { get; set; }

    /// <summary>It has a place among those whose posts wait.</summary>
    internal bool IsScheduled { get; set; }

    /// <summary>Its connection is gone; what it had posted before is still to be stored.</summary>
    internal bool IsGone { get; set; }

    /// <summary>A page of history is being read for it.</summary>
    internal bool AwaitsPage { get; set; }

    /// <summary>The peer's queue was full; it will say when it has drained.</summary>
    internal bool IsFull { get; set; }

    /// <summary>Whether the peer's queue takes what may be left out or can wait; if not, it is full until it has drained.</summary>
    internal bool HasRoom()
    {
        IsFull = IsFull || !Peer.HasRoom();
        return !IsFull;
    }

    /// <summary>When it connected, for people.</summary>
    internal long Since { get; }

    /// <summary>The same, and what follows, on the clock of <see cref="LivenessMonitor"/>.</summary>
    internal long Began { get; }

    internal long LastHeard { get; set; }

    /// <summary>When the last request came that was not to keep the connection alive.</summary>
    internal long LastAsked { get; set; }

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
        _hub.Steps.Add();
        Peer.Send(frame);
        if (frame is not (ChatProtocol.Reply or Error { Id: not null }))
            return;
        Unanswered--;
        // One is the quit itself: it is answered behind all others (CP-SES-012).
        if (Quit is not null && Unanswered == 1)
            _hub.Ending.Add(this);
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
