namespace ChatProtocol.Hub;

/// <summary>
/// The pure core of the server: rooms, sessions, rights and cursors as one state machine. Its caller gives it inputs and
/// the time, one at a time and from one thread; the effects go to the peers and the log. It never blocks, and the same
/// inputs always have the same effects.
/// </summary>
public sealed class ChatHub
{
    /// <summary>Members served in one call of <see cref="Work"/>, fewer where each is sent much: about a millisecond of sends.</summary>
    private const int SliceMembers = 1024;

    /// <summary>Steps in one call of <see cref="Work"/> or <see cref="Tick"/> for each kind of work that may be long: a millisecond or two.</summary>
    private const int SliceSteps = 4096;

    private readonly HubClock _clock;
    private readonly HubStatus _status = new();
    private readonly StepCounter _steps = new();
    private readonly SlowWork _slowWork;
    private readonly GroupCommit _groupCommit;
    private readonly DirectoryLookups _lookups;
    private readonly Publishers _publishers;
    private readonly Principals _principals;
    private readonly EntryWriter _entries;
    private readonly FanOut _fanOut;
    private readonly PresenceBoard _presence;
    private readonly RetentionEnforcer _retention;
    private readonly RoomRemovals _removals;
    private readonly PrincipalExpiry _principalExpiry;
    private readonly SourceAddresses _sources;
    private readonly LongReplies _longReplies = new();
    private readonly HeldRequests _held;
    private readonly SessionRegistry _registry;
    private readonly Delivery _delivery;
    private readonly LivenessMonitor _liveness;
    private readonly BanBook _banBook;
    private readonly SessionHandlers _sessions;
    private readonly PostHandlers _posts;
    private readonly LogHandlers _log;
    private readonly SearchHandlers _search;
    private readonly ExportHandlers _exports;
    private readonly BanHandlers _bans;
    private readonly AccountVerbs _accounts;
    private readonly MessageVerbs _messages;
    private readonly AuditTrail _audit;
    private readonly UserDirectory _users;
    private readonly Dispatcher _dispatcher;
    private readonly MarkerBook _markers;
    private readonly MarkerTeller _markerTeller;

    // Sessions that were told when to come back.
    private ulong _told;

    /// <summary>Makes a hub from the contents of the log.</summary>
    /// <param name="options">The hub's settings.</param>
    /// <param name="log">The log that makes entries durable.</param>
    /// <param name="hasher">Makes and checks the hashes of passwords.</param>
    /// <param name="shutDown">Called when an admin orders the server to end; may be called more than once.</param>
    public ChatHub(HubOptions options, ILog log, IPasswordHasher hasher, Action<ShutdownOrder> shutDown)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(hasher);
        var contents = log.Load();
        _clock = new HubClock(contents.NewestTime);
        _slowWork = new SlowWork(_steps);

        // The stored principals, rooms and entries.
        _groupCommit = new GroupCommit(log);
        _lookups = new DirectoryLookups(log);
        if (contents.IsWhole)
            _lookups.BeginWhole();
        _publishers = new Publishers(options, _groupCommit, _lookups, contents);
        _principals = new Principals(options, _clock, _steps, _groupCommit, _lookups, _publishers, contents);
        var directory = new RoomDirectory(options, _clock, _status.Figures, _steps, _groupCommit, _lookups, _principals, contents);
        _lookups.Cache = new DirectoryCache(_principals, directory);
        _entries = new EntryWriter(_groupCommit);
        var keys = new PostKeys(options, _groupCommit, _lookups);
        var amendments = new AmendmentBook(_groupCommit, _lookups);
        _fanOut = new FanOut(options.TailBytes, _slowWork);
        _presence = new PresenceBoard(options, _steps, _slowWork);
        _retention = new RetentionEnforcer(options, _clock, _status, _steps, _slowWork, log, _groupCommit, directory);
        _markers = new MarkerBook(_clock, _status, _steps, _groupCommit);
        _removals = new RoomRemovals(_clock, _status, _slowWork, log, _groupCommit, _entries, _publishers, keys, amendments, _markers, directory, _retention, contents);
        _principalExpiry = new PrincipalExpiry(options, _clock, _status, _steps, _slowWork, _groupCommit, _lookups, _publishers, _principals, directory);

        // The connections.
        _sources = new SourceAddresses(options, _steps);
        _held = new HeldRequests(_steps, _lookups);
        _registry = new SessionRegistry(_clock, _status.Figures, _steps, _sources, _groupCommit, _publishers, _principals, directory, _presence, _longReplies);
        _delivery = new Delivery(_status.Figures, _steps, log, _registry);
        _liveness = new LivenessMonitor(options, _clock, _status, _slowWork, _groupCommit, _publishers, directory, _registry);
        _banBook = new BanBook(contents, _steps);
        var inboxes = new Inboxes(options, _steps, _slowWork, _registry, _delivery);

        // Their requests.
        var needs = new RequestNeeds(_clock, _lookups, _principals, directory, keys, amendments);
        var access = new RoomAccess(_clock, directory);
        var expulsions = new Expulsions(_clock, _steps, _slowWork, _registry, _delivery);
        var roomChanges = new RoomChanges(_clock, _entries, _groupCommit, directory);
        _audit = new AuditTrail(options, _clock, _status, _groupCommit, new AuditBounds(_clock), _principals, directory, _registry, contents);
        _bans = new BanHandlers(options, _clock, _steps, _slowWork, _groupCommit, _principals, _registry, _banBook);
        _sessions = new SessionHandlers(_clock, _steps, _slowWork, _groupCommit, _publishers, _principals, _presence, _registry);
        var rooms = new RoomHandlers(
            options, _clock, _steps, _lookups, _principals, directory, access, _longReplies, _registry, _delivery, inboxes, Again);
        _messages = new MessageVerbs(
            options, _clock, _status, _steps, log, _groupCommit, _lookups, _publishers, _principals, directory, keys, amendments, _entries, _fanOut, _retention, _removals, access,
            roomChanges, _audit, contents);
        var unread = new UnreadCounter(_steps, log);
        _markerTeller = new MarkerTeller(_clock, _steps, _slowWork, _registry, directory, access, unread);
        var markers = new MarkerHandlers(options, _clock, _lookups, directory, access, _longReplies, _markers, _markerTeller, unread);
        _posts = new PostHandlers(
            options, _clock, _status, _steps, _lookups, _entries, _publishers, keys, amendments, _messages.Rules, directory, _fanOut, _registry, inboxes, needs, access, markers.Said);
        _log = new LogHandlers(_clock, log, _groupCommit, directory, access, _retention, _audit);
        _search = new SearchHandlers(options, _steps, log, _groupCommit, _lookups, _longReplies, directory, access);
        _exports = new ExportHandlers(options, _clock, _status, log, _groupCommit, _lookups, _principals, directory, _retention, _removals);
        var admin = new AdminHandlers(
            options, _clock, _status, _steps, _slowWork, _groupCommit, _principals, directory, _registry, rooms, _posts, _audit, Again, shutDown);
        _users = new UserDirectory(_clock, _steps, _lookups, _principals, needs);
        _accounts = new AccountVerbs(
            options, _clock, _status, _steps, _slowWork, _groupCommit, _lookups, _longReplies, _publishers, _principals, _registry, _held, _banBook, _bans, access, _audit, needs,
            hasher, expulsions, contents);

        var verbs = new VerbTable(
            needs, _accounts, _sessions, rooms, _posts, new HistoryHandlers(options, log, _longReplies, access),
            new BlockHandlers(options, _clock, _steps, _groupCommit, _principals), admin, _log, _search, _exports, _bans,
            _messages, new RoomSettingsHandlers(directory, access, roomChanges, rooms, Again),
            new RoomRoleHandlers(options, _clock, _steps, _principals, _registry, expulsions, access, roomChanges), new AuditHandlers(options, _lookups, _longReplies, _audit),
            new ConfigurationHandlers(options, _steps), new TraceHandlers(options, _clock, _registry), markers);
        _dispatcher = new Dispatcher(_status, _lookups, _held, _longReplies, _registry, rooms, _posts, _audit, verbs);
    }

    internal IEnumerable<Verb> Verbs => _dispatcher.Verbs;

    /// <summary>
    /// The work done so far, in steps of about the same size (a frame handled or sent, an item looked at): the caller
    /// bounds a turn by them.
    /// </summary>
    public long Steps => _steps.Count;

    /// <summary>The hub's counts; any thread may read them.</summary>
    public HubFigures Figures => _status.Figures;

    /// <summary>Whether the clock was more than a year later than the newest in the log at the start (CP-ADM-020).</summary>
    public bool IsTimeDoubted => _clock.IsDoubted;

    /// <summary>Milliseconds that the wall clock is ahead of the hub's time, or behind where negative; 0 within a minute.</summary>
    public long ClockOffset => _clock.Wall.Offset;

    /// <summary>Whether no work is left: nothing to store, to look up or to hand out, no post delayed, no request held.</summary>
    public bool IsIdle => _held.IsIdle && _lookups.IsIdle && !HasUnstored && _delivery.IsIdle && _fanOut.IsIdle
        && _longReplies.IsIdle && _slowWork.IsIdle && _posts.Pacing.IsIdle && _posts.SlowMode.IsIdle && _messages.Reactions.IsIdle
        && (_markers.IsIdle || !IsDraining);

    /// <summary>Whether anything is still to be stored, or was given to the log, which has not said yet what became of it.</summary>
    public bool HasUnstored => !_groupCommit.IsIdle || !_entries.IsIdle;

    /// <summary>Whether <see cref="Drain"/> was called.</summary>
    public bool IsDraining => _status.IsDraining;

    /// <summary>
    /// When <see cref="Tick"/> has something to do next, on the monotonic clock; null if only inputs can change anything.
    /// </summary>
    public long? NextDue
    {
        get
        {
            var presence = _presence.NextDue;
            var watch = _registry.All.Count > 0 || _publishers.HasMoreToStore ? _liveness.NextDue : (long?)null;
            var housekeeping = Earlier(Earlier(Earlier(_retention.NextDue, _removals.NextDue), _messages.Scrubs.NextDue), _entries.IsIdle ? _groupCommit.DueAfter(_clock.Ticks) : null);
            var markers = Earlier(_markers.NextDue, _markerTeller.NextDue);
            return Earlier(Earlier(Earlier(Earlier(presence, markers), watch), Earlier(Earlier(_posts.Pacing.NextDue, _posts.SlowMode.NextDue), _messages.Reactions.NextDue)), housekeeping);
        }
    }

    /// <summary>Sets the time for the inputs that follow.</summary>
    public void Advance(Moment now) => _clock.Set(now);

    /// <summary>A connection was made.</summary>
    public Session Connect(IPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var session = _registry.Connect(peer);
        if (_banBook.FindOrigin(peer, _clock.Now) is { } ban)
            _registry.Close(session, _bans.ToError(id: null, ban));
        return session;
    }

    /// <summary>The refusal for a peer without a session, of another protocol, if its address is banned; null if it is not.</summary>
    public Error? FindBan(Origin origin, AddressRange address) =>
        _banBook.FindOrigin(origin, address, _clock.Now) is { } ban ? _bans.ToError(id: null, ban) : null;

    /// <summary>A frame has arrived. Never throws for the frames that a client sends.</summary>
    public void Receive(Session session, Frame frame)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(frame);
        if (session.IsClosed)
            return;
        _steps.Add();
        session.LastHeard = _clock.LivenessTime;
        if (frame is not (Ping or Pong))
            session.LastAsked = _clock.Ticks;
        session.Pinged = false;
        session.Tap?.Add(Direction.ToServer, frame);
        _dispatcher.Receive(session, frame);
        _sessions.EndQuits();
    }

    /// <summary>The present user with a name; null if there is none.</summary>
    /// <param name="name">A name; one that no user can have is held by nobody.</param>
    public UserInfo? FindPresentUser(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _users.FindPresent(name);
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
        _users.Find(session, names, found);
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
    public void StorageIs(bool low, ulong free, ulong floor) => (_status.IsStorageLow, _status.Free, _status.Floor) = (low, free, floor);

    /// <summary>Sets the pin of the certificate that TLS clients are shown, and when it ends, for the status; at the beginning there is none.</summary>
    public void CertificateIs(CertificatePin pin, DateTimeOffset end) =>
        (_status.Certificate, _status.CertificateEnd) = (pin, (ulong)Math.Max(0, end.ToUnixTimeMilliseconds()));

    /// <summary>The connection broke the protocol: it is told why, and closed.</summary>
    public void Violate(Session session, ProtocolViolation violation)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(violation);
        _registry.Close(session, new Error(null, violation.Code, violation.Message, Value: violation.Value, Field: violation.Field));
    }

    /// <summary>The connection is gone. Its posts, including those delayed by their rate, are stored all the same.</summary>
    public void Disconnect(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        _registry.Disconnect(session);
    }

    /// <summary>A client that only listened so far has said something (<see cref="IPeer.OnlyListens"/>).</summary>
    public void Spoke(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        _registry.Show(session);
    }

    /// <summary>A peer whose queue was full takes entries again.</summary>
    public void Drained(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.IsClosed)
            return;
        session.IsFull = false;
        // The long reply goes first: a page that is being read leaves room for entries meanwhile; entries would leave none for the page.
        _longReplies.GoOn(session);
        _delivery.FeedLater(session);
    }

    /// <summary>The hasher is done with a task.</summary>
    public void PasswordDone(PasswordTask task, PasswordResult result)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(result);
        _steps.Add();
        task.GoOn(result);
        _sessions.EndQuits();
    }

    /// <summary>The settings were read again.</summary>
    /// <param name="done">What <see cref="IServerConfiguration.Reload"/> was given.</param>
    /// <param name="complaint">Why they cannot be used; null if they are.</param>
    public void ReloadDone(Action<string?> done, string? complaint)
    {
        ArgumentNullException.ThrowIfNull(done);
        _steps.Add();
        done(complaint);
        _sessions.EndQuits();
    }

    /// <summary>The log has stored the batch it was given.</summary>
    public void Committed(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _groupCommit.Done(batch);
        _status.Commits.Add(batch.Took, _clock.Ticks);
        _posts.Committed(batch);
        _audit.Committed(batch);
        _search.Committed(batch);
        foreach (var callbacks in batch.Callbacks)
            callbacks.Stored();
        _sessions.EndQuits();
    }

    /// <summary>The log could not store the batch, and holds nothing of it.</summary>
    public void CommitFailed(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var failed = _groupCommit.Failed(batch, _clock.Ticks);
        _posts.NotStored();
        _messages.Reactions.NotStored();
        foreach (var callbacks in failed.SelectMany(lost => lost.Callbacks).Reverse())
            callbacks.Lost();
        // The state is as before the batch; the principals' present records are stored with the next one.
        foreach (var change in failed.SelectMany(lost => lost.Changes).OfType<LogChange.KeepPrincipal>().ToList())
            _principals.StoreAgain(change.Record, _groupCommit.Open);
        _sessions.EndQuits();
    }

    /// <summary>The log has finished a read.</summary>
    /// <param name="read">The read.</param>
    /// <param name="found">The entries found; null if they cannot be read just now.</param>
    public void ReadDone(EntryRead read, EntryResult? found)
    {
        ArgumentNullException.ThrowIfNull(read);
        read.GoOn(found);
        _sessions.EndQuits();
    }

    /// <summary>The log has finished a search.</summary>
    /// <param name="read">The search.</param>
    /// <param name="found">What was found; null if nothing can be searched just now.</param>
    public void SearchDone(SearchRead read, SearchResult? found)
    {
        ArgumentNullException.ThrowIfNull(read);
        read.GoOn(found);
        _sessions.EndQuits();
    }

    /// <summary>The log has looked something up.</summary>
    /// <param name="read">The query.</param>
    /// <param name="found">The answer; null if it cannot be read just now.</param>
    public void Found(DirectoryLookup read, DirectoryResult? found)
    {
        ArgumentNullException.ThrowIfNull(read);
        read.GoOn(found);
        _sessions.EndQuits();
    }

    /// <summary>The log has finished a maintenance task.</summary>
    public void MaintenanceDone(MaintenanceTask task, MaintenanceResult result)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(result);
        if (task is MaintenanceTask.Index)
            _lookups.Indexed(result);
        else if (task is MaintenanceTask.FindExpired { Asker: null } search)
            _retention.Found(search, result.Complaint is null ? result.Through : null);
        else if (task is MaintenanceTask.Export or MaintenanceTask.CheckImport or MaintenanceTask.ReadImport or MaintenanceTask.CloseImport)
            _exports.MaintenanceDone(task, result);
        else
            _log.MaintenanceDone(task, result);
        _sessions.EndQuits();
    }

    /// <summary>Does the work that is due by time alone.</summary>
    public void Tick()
    {
        _presence.Tell(_clock.Ticks, Steps + SliceSteps);
        _posts.Pacing.Work(Steps + SliceSteps);
        _posts.SlowMode.Work(Steps + SliceSteps);
        _messages.Reactions.Look();
        _liveness.Look();
        _sources.Look(_clock.Ticks, Steps + SliceSteps);
        _retention.Look();
        _principalExpiry.Look();
        _bans.Look();
        _accounts.Invitations.Look();
        _audit.Look();
        _removals.Look();
        _messages.Scrubs.Look();
        _markers.Store();
        _markerTeller.Look(Steps + SliceSteps);
    }

    /// <summary>
    /// Does one slice of the waiting work: requests held for a login, long replies, fan-out, and all work done in steps;
    /// true if there is more.
    /// </summary>
    public bool Work()
    {
        var hasMore = _slowWork.Work(Steps + SliceSteps);
        hasMore |= _held.Work(Steps + SliceSteps);
        hasMore |= _longReplies.Work(_steps, Steps + SliceSteps);
        // About half of the slice is for sessions whose queue was full, so that neither they nor the rooms wait for the others to be done.
        var spent = _delivery.Work(SliceMembers / 2);
        _fanOut.Work(Math.Max(SliceMembers - spent, SliceMembers / 2));
        hasMore |= !_delivery.IsIdle || !_fanOut.IsIdle;
        _sessions.EndQuits();
        return hasMore;
    }

    /// <summary>Hands the gathered batch to the log, unless the log still has one.</summary>
    public void Flush()
    {
        if (_groupCommit.IsBusy)
            return;
        _entries.Seal();
        _groupCommit.Flush(_clock.Ticks);
    }

    /// <summary>Accepts nothing new from now on; accepted posts are still committed and sent.</summary>
    public void Drain(ShutdownOrder order)
    {
        _status.Draining ??= order;
        _posts.Pacing.Drain();
        _posts.SlowMode.Drain();
        _messages.Reactions.Drain();
        _sessions.EndQuits();
    }

    /// <summary>Ends some of the sessions with the last frame given to <see cref="Drain"/>; true once none is left.</summary>
    public bool CloseSome()
    {
        for (var until = Steps + SliceSteps; Steps < until && _registry.All.TryNext(0, out _, out var session);)
            _registry.Close(session, _status.Draining?.LastTo(_told++));
        return _registry.All.Count == 0;
    }

    /// <summary>Handles a request once more, which waited for an id for a new room.</summary>
    private void Again(Session session, Request request) => _dispatcher.Dispatch(session, request);

    private static long? Earlier(long? one, long? other) => one < other || other is null ? one : other;
}
