namespace ChatProtocol.Hub;

/// <summary>One connection, from its first byte to its end. Opaque to the hub's callers.</summary>
public sealed class Session : IAsker
{
    private readonly HubClock _clock;
    private readonly HubFigures _figures;
    private readonly StepCounter _steps;
    private readonly List<Session> _quitting;
    private Queue<Action>? _bulk;

    // Those of requests that have no reply yet.
    private List<Act>? _acts;

    internal Session(ulong id, IPeer peer, SourceAddress source, HubClock clock, HubFigures figures, StepCounter steps, List<Session> quitting)
    {
        _clock = clock;
        _figures = figures;
        _steps = steps;
        _quitting = quitting;
        Id = id;
        Peer = peer;
        Since = clock.Now;
        Source = source;
        IsPaced = Source.IsPaced && !peer.IsAdmin;
        IsPresent = !peer.OnlyListens;
        Began = LastHeard = LastProgress = clock.LivenessTime;
        LastAsked = clock.Ticks;
    }

    /// <summary>The number by which admins know the session; never given twice while the server runs.</summary>
    public ulong Id { get; }

    internal IPeer Peer { get; }

    internal SessionState State { get; set; }

    /// <summary>The session's principal; null until login.</summary>
    internal Principal? Principal { get; set; }

    /// <summary>The kind of credential that it logged in by.</summary>
    internal CredentialKind Credential { get; set; }

    /// <summary>The token that it logged in by; null for another credential.</summary>
    internal TokenRecord? Token { get; set; }

    /// <summary>Its permissions now, on the server as a whole.</summary>
    internal Permissions Permissions => Rights.Of(Principal, Token);

    /// <summary>The name that the session was last told is its own; null before login.</summary>
    internal string? NameTold { get; set; }

    /// <summary>Its claim to a publisher; null if it posts without counters.</summary>
    internal PublisherClaim? Publisher { get; set; }

    /// <summary>The publisher id of a login that is not durable yet.</summary>
    internal ReadOnlyMemory<byte>? PublisherWanted { get; set; }

    internal bool HasInbox { get; set; }

    /// <summary>Whether it counts in the presence of its rooms.</summary>
    internal bool IsPresent { get; set; }

    /// <summary>Bytes of each room that the client is ready to buffer; null if it did not say (CP-DEL-031).</summary>
    internal ulong? Window { get; set; }

    /// <summary>Requests that came while one before them waits, and those behind them; null while there are none.</summary>
    internal Queue<Action>? Held { get; set; }

    /// <summary>Requests that wait for what the log has to look up: one, and those that waited for an id before.</summary>
    internal int DirectoryLookups { get; set; }

    internal Dictionary<ulong, Member> Rooms { get; } = [];

    /// <summary>Its members in rooms that its inbox holds, ordered by the last entry there, the latest last.</summary>
    internal LinkedList<Member> Invited { get; } = new();

    /// <summary>How many rooms it has joined that its inbox does not hold.</summary>
    internal int JoinedCount => Rooms.Count - Invited.Count;

    /// <summary>Its members that are behind, in the order of their turns.</summary>
    internal LinkedList<Member> Behind { get; } = new();

    /// <summary>What listens in on it; null, as for nearly every session, for nothing.</summary>
    internal ISessionTap? Tap { get; set; }

    /// <summary>Its own trace of another session, which is that session's tap; null for none.</summary>
    internal ISessionTap? Trace { get; set; }

    /// <summary>Whether its peer takes more, and it waits for its turn to be fed.</summary>
    internal bool IsHungry { get; set; }

    /// <summary>
    /// The member that the log is being read for: one at a time, or many rooms would each read what the peer has no room
    /// for.
    /// </summary>
    internal Member? ReadsFor { get; set; }

    /// <summary>Makes the replies, which may be long, to requests that wait for their turn.</summary>
    internal Queue<Action> Bulk => _bulk ??= new Queue<Action>();

    /// <summary>Whether it waits for a long reply in this turn or the next.</summary>
    internal bool HasTurn { get; set; }

    /// <summary>Requests that have no reply yet.</summary>
    internal int Unanswered { get; private set; }

    /// <summary>Its last request: answered, and the session ended, once all requests before it are answered.</summary>
    internal Quit? Quit { get; set; }

    /// <summary>The address that it comes from, with the use of that address's bounds.</summary>
    internal SourceAddress Source { get; }

    /// <summary>Whether its posts may have to wait; an admin's never do.</summary>
    internal bool IsPaced { get; set; }

    /// <summary>Posts delayed by their rate; null while there are none.</summary>
    internal DelayedPosts? Delayed { get; set; }

    /// <summary>Whether it is in the queue of sessions with delayed posts.</summary>
    internal bool IsScheduled { get; set; }

    /// <summary>Whether its connection is gone; its earlier posts are still to be stored.</summary>
    internal bool IsGone { get; set; }

    /// <summary>Whether a page of history is being read for it.</summary>
    internal bool AwaitsPage { get; set; }

    /// <summary>Whether the peer's queue was full and has not drained since.</summary>
    internal bool IsFull { get; set; }

    /// <summary>
    /// Whether the peer's queue takes frames that may be left out or can wait; if not, it counts as full until it has
    /// drained.
    /// </summary>
    internal bool HasRoom()
    {
        IsFull = IsFull || !Peer.HasRoom();
        return !IsFull;
    }

    /// <summary>When it connected, by the time of day, to be shown.</summary>
    internal long Since { get; }

    /// <summary>When it connected, by <see cref="HubClock.LivenessTime"/>, as are the times that follow.</summary>
    internal long Began { get; }

    internal long LastHeard { get; set; }

    /// <summary>When the last request came that was not a keep-alive.</summary>
    internal long LastAsked { get; set; }

    internal bool Pinged { get; set; }

    internal long SentBefore { get; set; }

    internal long LastProgress { get; set; }

    internal bool IsReady => State == SessionState.Ready;

    internal bool IsClosed => State == SessionState.Closed;

    bool IAsker.IsReachable => !IsClosed && !IsGone;

    internal void Asked() => Unanswered++;

    /// <summary>
    /// Whether a bound of the session's address or principal allows one more; if not, the request was refused (CP-LIM-006).
    /// </summary>
    internal bool Allows(ulong id, ref TokenBucket bucket, Rate rate, string what)
    {
        if (Peer.IsAdmin || bucket.TryTake(rate, _clock.Ticks))
            return true;
        var wait = bucket.WaitFor(rate, _clock.Ticks);
        this.Refuse(id, ErrorCode.RateLimited, $"too many {what}; try again in {TimeSpan.FromMilliseconds(wait).TotalSeconds:0} s", retryAfter: (ulong)wait);
        return false;
    }

    /// <summary>Refuses a request that needs what the log cannot look up.</summary>
    internal void RefuseAsUnread(ulong id) => this.Refuse(
        id, ErrorCode.LogUnavailable, "the server cannot look this up just now; try again", retryAfter: 1000);

    /// <summary>Begins an act, which ends with the reply to its request.</summary>
    internal void Begin(Act act) => (_acts ??= []).Add(act);

    /// <summary>The act of a request that has no reply yet; null if it is not one that is recorded.</summary>
    internal Act? FindAct(ulong request) => _acts?.Find(act => act.Request == request);

    void IAsker.Reply(Frame frame) => Reply(frame);

    internal void Reply(Frame frame)
    {
        // The answer to an act counts, whether or not anybody is there to hear it.
        if (_acts is { Count: > 0 })
            EndAct(frame);
        if (IsClosed)
            return;
        _steps.Add();
        if (frame is Error error)
            _figures.Refused(error.Reason);
        Tap?.Add(Direction.ToClient, frame);
        Peer.Send(frame);
        if (frame is not (ChatProtocol.Reply or Error { Id: not null }))
            return;
        Unanswered--;
        // The quit itself is one of them: it is answered after all others (CP-SES-012).
        if (Quit is not null && Unanswered == 1)
            _quitting.Add(this);
    }

    private void EndAct(Frame frame)
    {
        var (id, refusal) = frame switch
        {
            Error { Id: { } refused } error => (refused, (int)error.Reason),
            ChatProtocol.Reply reply => (reply.Id, 0),
            _ => (default(ulong?), 0),
        };
        if (id is not { } request || FindAct(request) is not { } act)
            return;
        _acts!.Remove(act);
        act.Answer(refusal);
    }

    /// <summary>Sends entries of a segment.</summary>
    internal void Send(Segment segment, int index, int count)
    {
        Tap?.Add(segment, index, count);
        Peer.Send(segment, index, count);
    }
}

/// <summary>CP-STA-001: the requests that a session may make depend on its state.</summary>
internal enum SessionState
{
    Open,
    Greeted,
    LoggingIn,
    Ready,
    Closed,
}
