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
    private readonly HistoryHandlers _history;
    private readonly AdminHandlers _admin;
    private readonly BanHandlers _bans;
    private readonly Verbs _verbs;
    private ulong _nextSession = 1;

    /// <summary>Makes a hub from the contents of the log.</summary>
    /// <param name="options">The hub's settings.</param>
    /// <param name="log">The log that makes entries durable.</param>
    /// <param name="shutDown">Called when an admin orders the server to end; may be called more than once.</param>
    public ChatHub(HubOptions options, ILog log, Action<ShutdownOrder> shutDown)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        _state = new HubState(options, log, log.Load(), shutDown) { Again = Dispatch };
        _liveness = new LivenessMonitor(_state);
        _bans = new BanHandlers(_state);
        _sessions = new SessionHandlers(_state, _bans);
        _rooms = new RoomHandlers(_state);
        _posts = new PostHandlers(_state, _rooms);
        _history = new HistoryHandlers(_state, _rooms);
        _admin = new AdminHandlers(_state, _posts);
        _verbs = new Verbs(_state.Needs, _sessions, _rooms, _posts, _history, new BlockHandlers(_state), _admin, _bans, new RemovalHandlers(_state));
    }

    internal IEnumerable<Verb> Verbs => _verbs.All;

    /// <summary>
    /// The work done so far, in steps of about the same size (a frame handled or sent, an item looked at): the caller
    /// bounds a turn by them.
    /// </summary>
    public long Steps => _state.Steps.Count;

    /// <summary>Whether the clock was more than a year later than the newest in the log at the start (CP-ADM-020).</summary>
    public bool IsTimeDoubted => _state.IsTimeDoubted;

    /// <summary>Milliseconds that the wall clock is ahead of the hub's time, or behind where negative; 0 within a minute.</summary>
    public long ClockOffset => _state.Wall.Offset;

    /// <summary>Whether no work is left: nothing to store, to look up or to hand out, no post delayed, no request held.</summary>
    public bool IsIdle => _state.Held.IsIdle && _state.Residency.IsIdle && _state.Commits.IsIdle && _state.Delivery.IsIdle && _state.FanOut.IsIdle
        && _state.LongReplies.IsIdle && _state.SlowWork.IsIdle && _posts.Pacing.IsIdle;

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
            HeldRequests.Add(session, () => Handle(session, frame));
        else
            Handle(session, frame);
        _sessions.EndQuits();
    }

    /// <summary>The present user with a name; null if there is none.</summary>
    /// <param name="name">A name; one that no user can have is held by nobody.</param>
    public UserInfo? FindPresentUser(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _state.Steps.Add();
        return _state.Principals.FindHolder(name, _state.Now) is { IsPresent: true } holder ? UserInfo.Of(holder) : null;
    }

    /// <summary>Finds the holders of some names, present or not, which may have to be looked up in the log.</summary>
    /// <param name="session">The session that asks; once it has ended it is not answered.</param>
    /// <param name="names">The names; one that no user can have is held by nobody.</param>
    /// <param name="found">Called at once or in a later turn: with those that there are, or with null if they cannot be read just now.</param>
    public void FindUsers(Session session, IReadOnlyList<string> names, Action<IReadOnlyList<UserInfo>?> found)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(found);
        FindFrom(0, []);

        void FindFrom(int at, List<UserInfo> users)
        {
            for (; at < names.Count; at++)
            {
                _state.Steps.Add();
                // An answer of the log is good for one turn, so the look-up goes on behind it and does not begin again.
                if (_state.Needs.Name(names[at]) is { } query)
                {
                    var next = at;
                    _state.Residency.Ask(query, answer => GoOn(answer is not null, next, users));
                    return;
                }
                Take(names[at], users);
            }
            found(users);
        }

        void GoOn(bool isRead, int at, List<UserInfo> users)
        {
            if (session.IsClosed)
                return;
            if (!isRead)
            {
                found(null);
                return;
            }
            Take(names[at], users);
            FindFrom(at + 1, users);
        }

        void Take(string name, List<UserInfo> users)
        {
            if (_state.Principals.FindHolder(name, _state.Now) is { } holder)
                users.Add(UserInfo.Of(holder));
        }
    }

    /// <summary>The user of a session; null before its login, and once the session has ended.</summary>
    public static UserInfo? UserOf(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session is { IsReady: true, Principal: { } principal } ? UserInfo.Of(principal) : null;
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
        foreach (var change in failed.SelectMany(lost => lost.Changes).OfType<LogChange.KeepPrincipal>().ToList())
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

    /// <summary>The log has looked something up.</summary>
    /// <param name="read">The query.</param>
    /// <param name="found">The answer; null if it cannot be read just now.</param>
    public void Found(DirectoryRead read, DirectoryFound? found)
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
        if (chore is LogChore.Index)
            _state.Residency.Indexed(result);
        else if (chore is LogChore.FindExpired { Asker: null } search)
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
        hasMore |= _state.Held.Work(Steps + SliceSteps);
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
        Dispatch(session, (Request)frame);
    }

    private void Dispatch(Session session, Request request)
    {
        var verb = _verbs[request.Code];
        if (_state.Draining is not null && verb.When != VerbTime.Always)
            _posts.RefuseAsDraining(session, request.Id);
        else if (!session.IsReady && verb.When == VerbTime.Ready)
            _state.Close(session, new Error(request.Id, ErrorCode.WrongState, "log in first"));
        else if (!Rights.Of(session.Principal).Include(verb.Needs))
            session.Refuse(request.Id, ErrorCode.Denied, "only an admin may do this");
        else if (verb.MayBeLong)
            _state.LongReplies.Ask(session, () => Answer(session, request, verb));
        else if (verb.Wants(session, request) is null)
            verb.Handle(session, request);
        else
            _state.Residency.Run(session, request.Id, () => verb.Wants(session, request), () => Dispatch(session, request),
                request is Post post ? () => PostHandlers.RefuseAsUnread(session, post) : null);
    }

    /// <summary>Makes a reply that may be long, at its turn. Where it has to be looked up first, only long replies of the session wait.</summary>
    private void Answer(Session session, Request request, Verb verb)
    {
        if (verb.Wants(session, request) is not { } query)
        {
            verb.Handle(session, request);
            return;
        }
        session.AwaitsPage = true;
        _state.Residency.Ask(query, found =>
        {
            session.AwaitsPage = false;
            if (session.IsClosed)
                return;
            if (found is null)
                Residency.RefuseAsUnread(session, request.Id);
            else
                Answer(session, request, verb);
            _state.LongReplies.GoOn(session);
        });
    }
}
