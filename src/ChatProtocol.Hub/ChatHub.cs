namespace ChatProtocol.Hub;

/// <summary>
/// The pure core of the server: rooms, sessions, rights and cursors as one state machine. Its caller gives it inputs and
/// the time, one at a time and from one thread; the effects go to the peers and the log. It never blocks, and the same
/// inputs always have the same effects.
/// </summary>
public sealed class ChatHub
{
    /// <summary>
    /// Members served in one call of <see cref="Work"/>, fewer where each is sent much: about a millisecond of sends.
    /// </summary>
    private const int SliceMembers = 1024;

    /// <summary>
    /// Steps in one call of <see cref="Work"/> or <see cref="Tick"/> for each kind of work that may be long: a millisecond
    /// or two.
    /// </summary>
    private const int SliceSteps = 4096;

    private readonly HubState _state;
    private readonly LivenessMonitor _liveness;
    private readonly SessionHandlers _sessions;
    private readonly RoomHandlers _rooms;
    private readonly PostHandlers _posts;
    private readonly WhisperHandlers _whispers;
    private readonly HistoryHandlers _history;
    private readonly AdminHandlers _admin;
    private readonly BanHandlers _bans;
    private readonly Verbs _verbs;
    private readonly HeldRequests _held;
    private ulong _nextSession = 1;

    /// <summary>Makes a hub from the contents of the log.</summary>
    /// <param name="options">The hub's settings.</param>
    /// <param name="log">The log that makes entries durable.</param>
    /// <param name="shutDown">Called when an admin orders the server to end; may be called more than once.</param>
    public ChatHub(HubOptions options, ILog log, Action<ShutdownOrder> shutDown)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        _state = new HubState(options, log, log.Load(), shutDown);
        _liveness = new LivenessMonitor(_state);
        _held = new HeldRequests(_state.Steps, Handle);
        _bans = new BanHandlers(_state);
        _sessions = new SessionHandlers(_state, _held, _bans);
        _rooms = new RoomHandlers(_state);
        _posts = new PostHandlers(_state, _rooms);
        _whispers = new WhisperHandlers(_state, _posts);
        _history = new HistoryHandlers(_state, _rooms);
        _admin = new AdminHandlers(_state, _posts);
        _verbs = new Verbs(_sessions, _rooms, _posts, _history, new BlockHandlers(_state), _admin, _bans, new RemovalHandlers(_state));
    }

    internal IEnumerable<Verb> Verbs => _verbs.All;

    /// <summary>
    /// The work done so far, in steps of about the same size (a frame handled or sent, an item looked at): the caller
    /// bounds a turn by them.
    /// </summary>
    public long Steps => _state.Steps.Count;

    /// <summary>
    /// Whether the wall clock showed at the start a time more than a year later than the newest in the log: nothing expires until
    /// an admin confirms the time.
    /// </summary>
    public bool IsTimeDoubted => _state.IsTimeDoubted;

    /// <summary>
    /// How far the wall clock is ahead of the hub's time, which does not follow it yet, or behind it where negative, while the hub's time
    /// stands; in milliseconds, and 0 where that is less than a minute.
    /// </summary>
    public long ClockOffset => _state.Wall.Offset;

    /// <summary>
    /// Whether no work is left: no commit under way, no fan-out waiting, no post delayed, no long reply owed, no request
    /// held.
    /// </summary>
    public bool IsIdle => _held.IsIdle && _state.Commits.IsIdle && _state.Delivery.IsIdle && _state.FanOut.IsIdle && _state.LongReplies.IsIdle && _state.SlowWork.IsIdle
        && _posts.Pacing.IsIdle;

    /// <summary>Whether anything is still to be stored, or was given to the log, which has not said yet what became of it.</summary>
    public bool HasUnstored => !_state.Commits.IsIdle;

    /// <summary>Whether <see cref="Drain"/> was called.</summary>
    public bool IsDraining => _state.Draining is not null;

    /// <summary>
    /// When <see cref="Tick"/> has something to do next, on the monotonic clock; null if only inputs can change anything.
    /// </summary>
    public long? NextDue
    {
        get
        {
            var presence = _state.Presence.NextDue;
            var watch = _state.Sessions.Count > 0 || _state.Publishers.HasMoreToStore ? _liveness.NextDue : (long?)null;
            var housekeeping = Earlier(Earlier(_state.Retention.NextDue, _state.Removals.NextDue), _state.Commits.DueAfter(_state.Ticks));
            return Earlier(Earlier(Earlier(presence, watch), _posts.Pacing.NextDue), housekeeping);
        }
    }

    /// <summary>Sets the time for the inputs that follow.</summary>
    public void Advance(Moment now) => _state.SetTime(now);

    /// <summary>A connection was made.</summary>
    public Session Connect(IPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var session = new Session(_nextSession++, peer, _state);
        _state.Sessions.Set(session.Id, session);
        _state.Addresses.Add(session);
        if (_state.Bans.FindOrigin(peer, _state.Now) is { } ban)
            _state.Close(session, _bans.ToError(id: null, ban));
        return session;
    }

    /// <summary>The refusal for a peer without a session, of another protocol, if its address is banned; null if it is not.</summary>
    public Error? FindBan(Origin origin, AddressRange address) =>
        _state.Bans.FindOrigin(origin, address, _state.Now) is { } ban ? _bans.ToError(id: null, ban) : null;

    /// <summary>A frame has arrived. Never throws for the frames that a client sends.</summary>
    public void Receive(Session session, Frame frame)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(frame);
        if (session.IsClosed)
            return;
        _state.Steps.Add();
        session.LastHeard = _state.LivenessTime;
        if (frame is not (Ping or Pong))
            session.LastAsked = _state.Ticks;
        session.Pinged = false;
        if (frame is Pong or Taken)
            Hear(session, frame);
        else if (HeldRequests.Holds(session))
            HeldRequests.Add(session, frame);
        else
            Handle(session, frame);
        _sessions.EndQuits();
    }

    /// <summary>A plain text client sent a private message; it is answered like a request.</summary>
    /// <param name="session">The client's session, which is ready.</param>
    /// <param name="id">The id that the answer refers to.</param>
    /// <param name="one">The recipient or the text.</param>
    /// <param name="other">The other of the two.</param>
    public void Whisper(Session session, ulong id, string one, string other)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.IsClosed || session.Quit is not null)
            return;
        _state.Steps.Add();
        session.LastHeard = _state.LivenessTime;
        session.LastAsked = _state.Ticks;
        session.Asked();
        if (_state.Draining is not null)
            _posts.RefuseAsDraining(session, id);
        else
            _whispers.Whisper(session, id, one, other);
    }

    /// <summary>Whether a name or an address, as a plain text client writes it, belongs to any principal, present or not.</summary>
    public bool IsSomebody(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return _whispers.Find(target) is not null;
    }

    /// <summary>
    /// Sets how much room the log has left, and whether that is too little to accept posts; at the beginning it is enough.
    /// </summary>
    public void StorageIs(bool low, ulong free, ulong floor) => (_state.IsStorageLow, _state.Free, _state.Floor) = (low, free, floor);

    /// <summary>The connection broke the protocol: it is told why, and closed.</summary>
    public void Violate(Session session, ProtocolViolation violation)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(violation);
        _state.Close(session, new Error(null, violation.Code, violation.Message, Value: violation.Value, Field: violation.Field));
    }

    /// <summary>The connection is gone. Its posts, including those delayed by their rate, are stored all the same.</summary>
    public void Disconnect(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.Delayed is null || session.IsClosed)
            _state.Forget(session);
        else
            _state.Abandon(session);
    }

    /// <summary>A peer whose queue was full takes entries again.</summary>
    public void Drained(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.IsClosed)
            return;
        session.IsFull = false;
        // The long reply goes first: a page that is being read leaves room for entries meanwhile; entries would leave none for the page.
        _state.LongReplies.GoOn(session);
        _state.Delivery.FeedLater(session);
    }

    /// <summary>The log has stored the batch it was given.</summary>
    public void Committed(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _state.Commits.Done(batch);
        _posts.Committed(batch);
        foreach (var debt in batch.Debts)
            debt.Stored();
        _sessions.EndQuits();
    }

    /// <summary>The log could not store the batch, and holds nothing of it.</summary>
    public void CommitFailed(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var failed = _state.Commits.Failed(batch, _state.Ticks);
        foreach (var lost in failed)
            _posts.NotStored(lost);
        foreach (var debt in failed.SelectMany(lost => lost.Debts).Reverse())
            debt.Lost();
        // The state is as before the batch; the principals' present records are stored with the next one.
        foreach (var change in failed.SelectMany(lost => lost.Changes).OfType<LogChange.KeepPrincipal>())
            _state.Principals.StoreAgain(change.Record, _state.Commits.Open);
        _sessions.EndQuits();
    }

    /// <summary>The log has finished a read.</summary>
    /// <param name="read">The read.</param>
    /// <param name="found">The entries found; null if they cannot be read just now.</param>
    public void ReadDone(LogRead read, LogFound? found)
    {
        ArgumentNullException.ThrowIfNull(read);
        read.GoOn(found);
        _sessions.EndQuits();
    }

    /// <summary>The log has finished a chore.</summary>
    public void ChoreDone(LogChore chore, LogChoreResult result)
    {
        ArgumentNullException.ThrowIfNull(chore);
        ArgumentNullException.ThrowIfNull(result);
        if (chore is LogChore.FindExpired { Asker: null } search)
            _state.Retention.Found(search, result.Complaint is null ? result.Through : null);
        else
            _admin.ChoreDone(chore, result);
        _sessions.EndQuits();
    }

    /// <summary>Does the work that is due by time alone.</summary>
    public void Tick()
    {
        _state.Presence.Tell(_state.Ticks, Steps + SliceSteps);
        _posts.Pacing.Work(Steps + SliceSteps);
        _liveness.Look();
        _state.Sources.Look(_state.Ticks, Steps + SliceSteps);
        _state.Retention.Look();
        _state.Forgetting.Look();
        _bans.Look();
        _state.Removals.Look();
    }

    /// <summary>
    /// Does one slice of the waiting work: requests held for a login, long replies, fan-out, and all work done in steps;
    /// true if there is more.
    /// </summary>
    public bool Work()
    {
        var hasMore = _state.SlowWork.Work(Steps + SliceSteps);
        hasMore |= _held.Work(Steps + SliceSteps);
        hasMore |= _state.LongReplies.Work(_state.Steps, Steps + SliceSteps);
        // About half of the slice is for sessions whose queue was full, so that neither they nor the rooms wait for the others to be done.
        var spent = _state.Delivery.Work(SliceMembers / 2);
        _state.FanOut.Work(Math.Max(SliceMembers - spent, SliceMembers / 2));
        hasMore |= !_state.Delivery.IsIdle || !_state.FanOut.IsIdle;
        _sessions.EndQuits();
        return hasMore;
    }

    /// <summary>Hands the gathered batch to the log, unless the log still has one.</summary>
    public void Flush() => _state.Commits.Flush(_state.Ticks);

    /// <summary>Accepts nothing new from now on; accepted posts are still committed and sent.</summary>
    public void Drain(ShutdownOrder order)
    {
        _state.Draining ??= order;
        _posts.Pacing.Drain();
        _sessions.EndQuits();
    }

    /// <summary>Ends some of the sessions with the last frame given to <see cref="Drain"/>; true once none is left.</summary>
    public bool CloseSome()
    {
        for (var until = Steps + SliceSteps; Steps < until && _state.Sessions.TryNext(0, out _, out var session);)
            _state.Close(session, _state.Draining?.Last);
        return _state.Sessions.Count == 0;
    }

    private static long? Earlier(long? one, long? other) => one < other || other is null ? one : other;

    /// <summary>Handles the frames without an answer at once: they are never held, so no client can make them pile up in memory.</summary>
    private void Hear(Session session, Frame frame)
    {
        if (frame is Taken taken && session.Quit is null)
            _rooms.Taken(session, taken);
    }

    private void Handle(Session session, Frame frame)
    {
        if (session.IsClosed || session.Quit is not null)
            return;
        session.Asked();
        if (frame is UnknownFrame unknown)
        {
            session.Refuse(unknown.Id!.Value, ErrorCode.UnknownCode, $"code {unknown.RawCode} is not known here");
            return;
        }
        var request = (Request)frame;
        var verb = _verbs[request.Code];
        if (_state.Draining is not null && verb.When != VerbTime.Always)
            _posts.RefuseAsDraining(session, request.Id);
        else if (!session.IsReady && verb.When == VerbTime.Ready)
            _state.Close(session, new Error(request.Id, ErrorCode.WrongState, "log in first"));
        else if (!Rights.Of(session.Principal).Include(verb.Needs))
            session.Refuse(request.Id, ErrorCode.Denied, "only an admin may do this");
        else if (verb.MayBeLong)
            _state.LongReplies.Ask(session, () => verb.Handle(session, request));
        else
            verb.Handle(session, request);
    }
}
