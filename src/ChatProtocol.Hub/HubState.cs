namespace ChatProtocol.Hub;

/// <summary>The state that the handlers share. All of it belongs to the hub's one thread.</summary>
internal sealed class HubState
{
    /// <summary>A year, in milliseconds.</summary>
    private const long MaxAway = 365L * 86_400_000;

    private long _livenessTime;

    public HubState(HubOptions options, ILog log, LogContents contents, Action<ShutdownOrder> shutDown)
    {
        Options = options;
        Log = log;
        ShutDown = shutDown;
        Wall = new WallClock(contents.NewestTime);
        Commits = new Commits(log);
        SlowWork = new SlowWork(Steps);
        Held = new HeldRequests(Steps);
        Needs = new Needs(this);
        Residency = new Residency(this);
        if (contents.IsWhole)
            Residency.BeginWhole();
        Principals = new Principals(this, contents);
        Blocks = new BlockBook(Principals, Steps);
        Publishers = new Publishers(this, contents);
        Load(new DirectoryFound { Principals = contents.Principals, Blocks = contents.Blocks }, contents.PublishersOf);
        Rooms = new RoomDirectory(this, contents);
        Sources = new Sources(options, Steps);
        FanOut = new FanOut(options.TailBytes, SlowWork);
        Delivery = new Delivery(this);
        Presence = new PresenceBoard(options, Steps, SlowWork);
        BodyHash = new BodyHash(options.HashKey.Span);
        Retention = new RetentionEnforcer(this);
        Forgetting = new Forgetting(this);
        Removals = new Removals(this, contents);
        Bans = new BanBook(contents, Steps);
        Inboxes = new Inboxes(this);
    }

    public HubOptions Options { get; }

    public ILog Log { get; }

    public Action<ShutdownOrder> ShutDown { get; }

    public Principals Principals { get; }

    public RoomDirectory Rooms { get; }

    public Commits Commits { get; }

    public FanOut FanOut { get; }

    public Delivery Delivery { get; }

    public PresenceBoard Presence { get; }

    public Publishers Publishers { get; }

    public BodyHash BodyHash { get; }

    public RetentionEnforcer Retention { get; }

    public BlockBook Blocks { get; }

    public Removals Removals { get; }

    public BanBook Bans { get; }

    public Inboxes Inboxes { get; }

    public Forgetting Forgetting { get; }

    public Residency Residency { get; }

    public Needs Needs { get; }

    public HeldRequests Held { get; }

    /// <summary>Handles a request once more, which waited for an id for a new room.</summary>
    public required Action<Session, Request> Again { get; init; }

    /// <summary>
    /// Whether the wall clock showed at the start a time so much later than the newest in the log that it may be wrong: nothing expires and nothing
    /// is forgotten until an admin confirms the time (CP-ADM-020).
    /// </summary>
    public bool IsTimeDoubted { get; private set; }

    /// <summary>Sets the time for the inputs that follow.</summary>
    public void SetTime(Moment moment)
    {
        var newest = Wall.Now;
        Ticks = moment.Monotonic;
        Wall.Set(moment.Boot, moment.Wall);
        if (Started != 0)
            return;
        Started = Now;
        DoubtTime(newest > 0 && Now - newest > MaxAway);
    }

    public void DoubtTime(bool isDoubted) => IsTimeDoubted = Principals.IsTimeDoubted = isDoubted;

    /// <summary>The sessions, by number.</summary>
    public IdMap<Session> Sessions { get; } = new();

    /// <summary>How many sessions are logged in.</summary>
    public int Ready { get; set; }

    /// <summary>Sessions that have quit and got every other reply.</summary>
    public List<Session> Ending { get; } = [];

    public Steps Steps { get; } = new();

    public SlowWork SlowWork { get; }

    public LongReplies LongReplies { get; } = new();

    public Sources Sources { get; }

    /// <summary>The hub's time of day, in milliseconds since 1970 UTC: entries are stamped with it and expire by it.</summary>
    public long Now => Wall.Now;

    public WallClock Wall { get; }

    /// <summary>Milliseconds of the monotonic clock: deadlines and intervals run on it.</summary>
    public long Ticks { get; set; }

    /// <summary>When <see cref="LivenessMonitor"/> looked last, on the monotonic clock; its first look is due at once.</summary>
    public long LookedAt { get; private set; } = -LivenessMonitor.Interval;

    /// <summary>
    /// Milliseconds of a clock that advances by at most two intervals of <see cref="LivenessMonitor"/> between two of its looks: time
    /// in which this process or the machine stood still does not count as silence.
    /// </summary>
    public long LivenessTime => _livenessTime + Math.Min(Ticks - LookedAt, 2 * LivenessMonitor.Interval);

    /// <summary>LivenessMonitor looks; returns the time since the last look, as <c>LivenessTime</c> counts it.</summary>
    public long Look()
    {
        var before = _livenessTime;
        (_livenessTime, LookedAt) = (LivenessTime, Ticks);
        return _livenessTime - before;
    }

    /// <summary>Bytes queued over all connections, as <see cref="LivenessMonitor"/> counted them last.</summary>
    public long Queued { get; set; }

    /// <summary>Bytes free on the disk, and the least that must stay free; null while unknown.</summary>
    public ulong? Free { get; set; }

    public ulong? Floor { get; set; }

    public long Started { get; set; }

    public ulong Posts { get; set; }

    /// <summary>Whether the disk is almost full: the rest is reserved for erasing, for expiry and for admins.</summary>
    public bool IsStorageLow { get; set; }

    /// <summary>Set once the server is about to stop: no new request is accepted.</summary>
    public ShutdownOrder? Draining { get; set; }

    /// <summary>Takes what the log found into memory.</summary>
    public void Load(DirectoryQuery query, DirectoryFound found)
    {
        var publishers = found.Publishers.ToLookup(record => record.Principal);
        Load(found, principal => publishers[principal]);
        if (query is DirectoryQuery.RoomNamed { Name: var name })
            Rooms.Load(name, found.Rooms);
        else
            Rooms.Load(found.Rooms);
    }

    public Member Enter(Session session, Room room, ulong cursor, PresenceMode presence)
    {
        var member = new Member(session, room, cursor, presence);
        session.Rooms.Add(room.Id, member);
        room.Members.Add(member);
        Rooms.MarkUsed(room);
        Presence.Enter(room, session.Principal!, Ticks);
        return member;
    }

    public void Exit(Member member)
    {
        Steps.Add();
        member.IsGone = true;
        member.Turn.List?.Remove(member.Turn);
        member.Invitation?.List?.Remove(member.Invitation);
        member.Session.Rooms.Remove(member.Room.Id);
        member.Room.Members.Remove(member);
        Presence.Exit(member.Room, member.Session.Principal!, Ticks);
        Rooms.RemoveIfUnused(member.Room);
    }

    /// <summary>The first items of a list, and whether there are more; each item looked at counts as a step.</summary>
    public List<TItem> ListOf<T, TItem>(int most, IEnumerable<T> all, Func<T, TItem> describe, out bool more)
    {
        var items = new List<TItem>();
        more = false;
        foreach (var one in all)
        {
            Steps.Add();
            more = items.Count == most;
            if (more)
                break;
            items.Add(describe(one));
        }
        return items;
    }

    /// <summary>
    /// Whether a bound of the session's address or principal allows one more; if not, the request was refused (CP-LIM-006).
    /// </summary>
    public bool Allows(Session session, ulong id, ref TokenBucket bucket, Rate rate, string what)
    {
        if (session.Peer.IsAdmin || bucket.TryTake(rate, Ticks))
            return true;
        var wait = bucket.WaitFor(rate, Ticks);
        session.Refuse(id, ErrorCode.RateLimited, $"too many {what}; try again in {TimeSpan.FromMilliseconds(wait).TotalSeconds:0} s", retryAfter: (ulong)wait);
        return false;
    }

    /// <summary>
    /// The private room of two principals; null after refusing, or if the request continues when there is an id for a new room.
    /// </summary>
    public Room? Between(Session session, ulong id, Principal one, Principal other, Action goOn)
    {
        if (Rooms.FindBetween(one, other) is { } known)
            return known;
        if (!Rooms.Ids.HasOne)
        {
            Rooms.Ids.Await(session, id, goOn);
            return null;
        }
        if (!Allows(session, id, ref one.Usage.Correspondents, session.Source.Bounds.Correspondents, "people that you write to for the first time"))
            return null;
        return Rooms.Between(one, other, Ticks);
    }

    /// <summary>Ends a session: a last frame, then nothing more in either direction.</summary>
    public void Close(Session session, Frame? last)
    {
        if (session.IsClosed)
            return;
        session.Peer.Close(last);
        Forget(session);
    }

    /// <summary>
    /// A connection is gone while its posts are still delayed: the session leaves its rooms, and is forgotten when they are stored.
    /// </summary>
    public void Abandon(Session session)
    {
        session.IsGone = true;
        foreach (var member in session.Rooms.Values.ToList())
            Exit(member);
    }

    /// <summary>Removes a session from all state; its connection is gone or about to go.</summary>
    public void Forget(Session session)
    {
        if (session.IsClosed)
            return;
        if (session.IsReady)
            Ready--;
        session.State = SessionState.Closed;
        Sessions.Remove(session.Id);
        LongReplies.Forget(session);
        Sources.Leave(session.Source, Ticks);
        session.Delayed = null;
        foreach (var member in session.Rooms.Values.ToList())
            Exit(member);
        if (session.Publisher is { } claim)
            Publishers.Release(claim, Now);
        if (session.Principal is not { } principal)
            return;
        Principals.Exit(principal, session);
        if (principal.IsPresent || !principal.IsGuest)
            return;
        principal.LastSeen = Now;
        if (principal.HasNoKey)
            Blocks.Forget(principal);
        if (principal.IsEphemeral)
            Principals.Remove(principal);
        else
            Commits.Open.Keep(principal);
    }

    private void Load(DirectoryFound found, Func<ulong, IEnumerable<PublisherRecord>> publishersOf)
    {
        var blocks = found.Blocks.ToLookup(block => block.Owner);
        foreach (var principal in Principals.Load(found.Principals))
        {
            foreach (var block in blocks[principal.Id])
                Blocks.Add(block.Owner, new Blocked(block.Blocked, block.Name));
            Publishers.Load(principal.Id, publishersOf(principal.Id));
        }
    }
}

/// <summary>An order to stop the server.</summary>
/// <param name="Grace">The time until every connection is closed, whatever is still under way.</param>
/// <param name="Last">The last frame to every session.</param>
public sealed record ShutdownOrder(TimeSpan Grace, Bye Last)
{
    /// <summary>
    /// The grace of an order that names none, 7 seconds: <c>docker stop</c> and similar tools kill after ten, and the log has to be
    /// closed after the grace.
    /// </summary>
    public static TimeSpan DefaultGrace { get; } = TimeSpan.FromSeconds(7);
}
