namespace ChatProtocol.Hub;

/// <summary>
/// The pure core of the server: rooms, sessions, rights and cursors as one state machine. Its caller gives it inputs and
/// the time, one at a time and from one thread; what follows goes to the peers and the log. It never blocks, and the same
/// inputs always have the same effects.
/// </summary>
public sealed class ChatHub
{
    /// <summary>Members served in one call of <see cref="Work"/>: about a millisecond of sends.</summary>
    private const int SliceMembers = 1024;

    private readonly HubState _state;
    private readonly Watch _watch;
    private readonly SessionHandlers _sessions;
    private readonly RoomHandlers _rooms;
    private readonly PostHandlers _posts;
    private readonly WhisperHandlers _whispers;
    private readonly HistoryHandlers _history;
    private readonly AdminHandlers _admin;
    private ulong _nextSession = 1;

    /// <summary>Makes a hub on top of what the log holds.</summary>
    /// <param name="options">What it is told at its start.</param>
    /// <param name="log">Where entries become durable.</param>
    /// <param name="contents">What the log holds.</param>
    /// <param name="shutDown">Called when an admin orders the server to end; may be called more than once.</param>
    public ChatHub(HubOptions options, ILog log, LogContents contents, Action<ShutdownOrder> shutDown)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(contents);
        _state = new HubState(options, log, contents, shutDown);
        _watch = new Watch(_state);
        _sessions = new SessionHandlers(_state);
        _rooms = new RoomHandlers(_state);
        _posts = new PostHandlers(_state, _rooms);
        _whispers = new WhisperHandlers(_state, _posts);
        _history = new HistoryHandlers(_state, _rooms);
        _admin = new AdminHandlers(_state, _posts);
    }

    /// <summary>Whether nothing is left that was begun: no commit under way, no fan-out waiting, no long reply owed.</summary>
    public bool IsIdle => _state.Commits.IsIdle && _state.Delivery.IsIdle
        && _state.Sessions.Values.All(s => !s.AwaitsPage && s.Bulk.Count == 0);

    /// <summary>Whether <see cref="Drain"/> was called.</summary>
    public bool IsDraining => _state.Draining is not null;

    /// <summary>When <see cref="Tick"/> has something to do next, in milliseconds since 1970 UTC; null if nothing but inputs can change anything.</summary>
    public long? NextDue
    {
        get
        {
            var presence = _state.Presence.NextDue;
            var watch = _state.Sessions.Count > 0 || _state.Publishers.HasMoreToStore ? _watch.NextDue : (long?)null;
            return Earlier(Earlier(presence, watch), Earlier(_state.Expiries.NextDue, _state.Commits.DueAfter(_state.Now)));
        }
    }

    /// <summary>Sets the time for the inputs that follow, in milliseconds since 1970 UTC.</summary>
    public void Advance(long now)
    {
        _state.Now = now;
        if (_state.Started == 0)
            _state.Started = now;
    }

    /// <summary>A connection was made.</summary>
    public Session Connect(IPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var session = new Session(_nextSession++, peer, _state.Now);
        _state.Sessions.Add(session.Id, session);
        _state.Addresses.Add(session);
        return session;
    }

    /// <summary>A frame came. Never throws for what a client sends.</summary>
    public void Receive(Session session, Frame frame)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(frame);
        if (session.IsClosed)
            return;
        session.LastHeard = _state.Now;
        session.Pinged = false;
        if (frame is Pong or Taken)
            Hear(session, frame);
        else if (session.State == SessionState.LoggingIn)
            // What follows a login depends on it; the requests in flight bound how much waits here.
            (session.Held ??= new Queue<Frame>()).Enqueue(frame);
        else
            Handle(session, frame);
        _sessions.EndQuits();
    }

    /// <summary>A plain text client said something in private; it is answered like a request.</summary>
    /// <param name="session">The client's, which is ready.</param>
    /// <param name="id">What the answer refers to.</param>
    /// <param name="one">Whom it is for, or what is said.</param>
    /// <param name="other">The other of the two.</param>
    public void Whisper(Session session, ulong id, string one, string other)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.IsClosed || session.Quit is not null)
            return;
        session.LastHeard = _state.Now;
        session.Asked();
        if (_state.Draining is not null)
            RefuseAsDraining(session, id);
        else
            _whispers.Whisper(session, id, one, other);
    }

    /// <summary>The connection broke the protocol: tell it why, and close.</summary>
    public void Violate(Session session, ProtocolViolation violation)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(violation);
        _state.Close(session, new Error(null, violation.Code, violation.Message, Value: violation.Value, Field: violation.Field));
    }

    /// <summary>The connection is gone.</summary>
    public void Disconnect(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        _state.Forget(session);
    }

    /// <summary>A peer that refused entries takes them again.</summary>
    public void Drained(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.IsClosed)
            return;
        session.IsFull = false;
        // A page that is read for it leaves room for entries meanwhile; the other way round they would leave none for it.
        Ask(session);
        _state.Delivery.Feed(session);
        _sessions.EndQuits();
    }

    /// <summary>The log has stored the batch it was given.</summary>
    public void Committed(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _state.Commits.Done(batch);
        _state.Rooms.Committed(batch);
        _posts.Committed(batch);
        _admin.Committed(batch);
        foreach (var login in batch.Logins)
        {
            _sessions.Stored(login);
            Release(login.Session);
        }
        _sessions.EndQuits();
    }

    /// <summary>The log could not store the batch, and has nothing of it.</summary>
    public void CommitFailed(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var failed = _state.Commits.Failed(batch, _state.Now);
        foreach (var lost in failed)
        {
            _posts.NotStored(lost);
            _admin.NotStored(lost);
        }
        var logins = failed.SelectMany(lost => lost.Logins).ToList();
        // The latest first, as each was made on top of those before it; and all of them before anybody goes on.
        foreach (var login in Enumerable.Reverse(logins))
            _sessions.Undo(login);
        foreach (var login in logins)
        {
            SessionHandlers.NotStored(login);
            Release(login.Session);
        }
        _sessions.EndQuits();
    }

    /// <summary>The log has read what it was asked for, by seq (<see cref="LogRead.BySeq"/>); no segments mean that it could not, unless nothing is in the range.</summary>
    public void ReadDone(LogRead read, IReadOnlyList<Segment> segments)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(segments);
        if (read.Owner is PageWait page)
        {
            HistoryHandlers.ReadDone(page, read, segments);
            Ask(page.Session);
        }
        else if (read.Owner is Member { IsGone: false } unreadable && segments.Count == 0)
            _state.Close(unreadable.Session, new Error(null, ErrorCode.LogUnavailable,
                "the room's log cannot be read just now; come back later", RetryAfter: 10_000));
        else if (read.Owner is Member member)
            _state.Delivery.ReadDone(member, segments);
        _sessions.EndQuits();
    }

    /// <summary>The log has done what takes long.</summary>
    public void ChoreDone(LogChore chore, LogChoreResult result)
    {
        ArgumentNullException.ThrowIfNull(chore);
        ArgumentNullException.ThrowIfNull(result);
        if (chore is LogChore.Surplus surplus)
            _state.Expiries.Found(surplus.Room, result.Complaint is null ? result.Through : null);
        else
            AdminHandlers.ChoreDone(chore, result);
        _sessions.EndQuits();
    }

    /// <summary>Does what the time alone brings about.</summary>
    public void Tick()
    {
        _state.Presence.Tell(_state.Now);
        _watch.Look();
        _state.Expiries.Look();
    }

    /// <summary>Does one slice of the fan-out that waits; true if there is more.</summary>
    public bool Work() => _state.Delivery.Work(SliceMembers);

    /// <summary>Hands what has gathered to the log, unless it still has a batch.</summary>
    public void Flush() => _state.Commits.Flush(_state.Now);

    /// <summary>Accepts nothing new from now on; what was accepted is still committed and sent.</summary>
    public void Drain(ShutdownOrder order) => _state.Draining ??= order;

    /// <summary>Ends every session with the word given to <see cref="Drain"/>.</summary>
    public void CloseAll()
    {
        foreach (var session in _state.Sessions.Values.ToList())
            _state.Close(session, _state.Draining?.Last);
    }

    private static long? Earlier(long? one, long? other) => one < other || other is null ? one : other;

    private void Release(Session session)
    {
        while (session.State is not (SessionState.LoggingIn or SessionState.Closed) && session.Held is { } held)
        {
            Handle(session, held.Dequeue());
            if (held.Count == 0)
                session.Held = null;
        }
    }

    /// <summary>What nobody answers: it waits for nothing, so nobody can make it wait in our memory.</summary>
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
        if (_state.Draining is not null && request is not (Ping or Quit))
        {
            RefuseAsDraining(session, request.Id);
        }
        else if (!session.IsReady && request is not (Hello or Login or Ping or Quit))
        {
            _state.Close(session, new Error(request.Id, ErrorCode.WrongState, "log in first"));
        }
        else if (session.IsReady && request is not (Hello or Login) && !Rights.MayAsk(session.Principal!.Role, request.Code))
        {
            session.Refuse(request.Id, ErrorCode.Denied, "only an admin may do this");
        }
        else
        {
            Dispatch(session, request);
        }
    }

    private void RefuseAsDraining(Session session, ulong id) =>
        session.Refuse(id, ErrorCode.ShuttingDown, "the server is about to stop", retryAfter: _state.Draining!.Last.Back);

    /// <summary>
    /// Replies that may be long are made one at a time, and only while the peer takes what it is sent: asking does not
    /// fill our memory.
    /// </summary>
    private void Ask(Session session)
    {
        while (!session.AwaitsPage && !session.IsClosed && session.Bulk.TryPeek(out var request))
        {
            if (!session.Peer.HasRoom())
            {
                session.IsFull = true;
                return;
            }
            session.Bulk.Dequeue();
            switch (request)
            {
                case History history: _history.History(session, history); break;
                case Rooms rooms: _rooms.Rooms(session, rooms); break;
                case Members members: _rooms.Members(session, members); break;
                case Sessions sessions: _admin.Sessions(session, sessions); break;
                default: throw new InvalidOperationException($"{request.Code} has no long reply.");
            }
        }
    }

    private void Dispatch(Session session, Request request)
    {
        switch (request)
        {
            case Post post: _posts.Post(session, post); break;
            case History or Rooms or Members or Sessions: session.Bulk.Enqueue(request); Ask(session); break;
            case Hello hello: _sessions.Hello(session, hello); break;
            case Login login: _sessions.Login(session, login); break;
            case Nick nick: _sessions.Nick(session, nick); break;
            case Quit quit: _sessions.Quit(session, quit); break;
            case Ping ping: session.Reply(new Pong(ping.Id)); break;
            case Open open: _rooms.Open(session, open); break;
            case Join join: _rooms.Join(session, join); break;
            case Leave leave: _rooms.Leave(session, leave); break;
            case Kick kick: _admin.Kick(session, kick); break;
            case Tell tell: _admin.Tell(session, tell); break;
            case Broadcast broadcast: _admin.Broadcast(session, broadcast); break;
            case Status status: _admin.Status(session, status); break;
            case Shutdown shutdown: _admin.Shutdown(session, shutdown); break;
            case Backup backup: _admin.Backup(session, backup); break;
            case Verify verify: _admin.Verify(session, verify); break;
            case Erase erase: _admin.Erase(session, erase); break;
            case Retain retain: _admin.Retain(session, retain); break;
            default: throw new InvalidOperationException($"No handler for {request.Code}.");
        }
    }
}
