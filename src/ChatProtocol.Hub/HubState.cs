namespace ChatProtocol.Hub;

/// <summary>What the handlers share. All of it belongs to the hub's one thread.</summary>
internal sealed class HubState
{
    public HubState(HubOptions options, ILog log, LogContents contents, Action<ShutdownOrder> shutDown)
    {
        Options = options;
        Log = log;
        ShutDown = shutDown;
        Principals = new Principals(options, contents);
        Commits = new Commits(log);
        Rooms = new RoomDirectory(options, contents, Principals, Commits);
        Delivery = new Delivery(options, log);
        Presence = new PresenceBoard(options);
        Publishers = new Publishers(options, contents);
        BodyHash = new BodyHash(options.HashKey.Span);
        Expiries = new Expiries(this);
        Blocks = new BlockBook(contents, Principals);
        Removals = new Removals(this, contents);
        Bans = new BanBook(contents);
        Inboxes = new Inboxes(this);
    }

    public HubOptions Options { get; }

    public ILog Log { get; }

    public Action<ShutdownOrder> ShutDown { get; }

    public Principals Principals { get; }

    public RoomDirectory Rooms { get; }

    public Commits Commits { get; }

    public Delivery Delivery { get; }

    public PresenceBoard Presence { get; }

    public Publishers Publishers { get; }

    public BodyHash BodyHash { get; }

    public Expiries Expiries { get; }

    public BlockBook Blocks { get; }

    public Removals Removals { get; }

    public BanBook Bans { get; }

    public Inboxes Inboxes { get; }

    public SortedDictionary<ulong, Session> Sessions { get; } = [];

    public Addresses Addresses { get; } = new();

    /// <summary>Sessions that have sent their quit.</summary>
    public List<Session> Quitting { get; } = [];

    /// <summary>Milliseconds since 1970 UTC, as the caller of the hub last said.</summary>
    public long Now { get; set; }

    public long Started { get; set; }

    public ulong Posts { get; set; }

    /// <summary>Set once the server is about to stop: nothing new is accepted.</summary>
    public ShutdownOrder? Draining { get; set; }

    public Member Enter(Session session, Room room, ulong cursor, PresenceMode presence)
    {
        var member = new Member(session, room, cursor, presence);
        session.Rooms.Add(room.Id, member);
        room.Members.Add(member);
        Presence.Enter(room, session.Principal!, Now);
        return member;
    }

    public void Exit(Member member)
    {
        member.IsGone = true;
        member.Turn.List?.Remove(member.Turn);
        member.Invitation?.List?.Remove(member.Invitation);
        member.Session.Rooms.Remove(member.Room.Id);
        member.Room.Members.Remove(member);
        Presence.Exit(member.Room, member.Session.Principal!, Now);
        Rooms.RemoveIfVoid(member.Room);
    }

    /// <summary>The private room of two; null after refusing, as a new one needs an id that the disk knows of.</summary>
    public Room? Between(Session session, ulong id, Principal one, Principal other)
    {
        var room = Rooms.Between(one, other, Now);
        if (room is null)
            RefuseUnstored(session, id);
        return room;
    }

    public static void RefuseUnstored(Session session, ulong id) => session.Refuse(
        id, ErrorCode.LogUnavailable, "the server cannot store anything just now; try again", retryAfter: 1000);

    /// <summary>The same for a room that was removed as for one that never was.</summary>
    public static void RefuseAsRemoved(Session session, ulong id) => session.Refuse(id, ErrorCode.NoSuchRoom, "there is no such room", field: "room");

    /// <summary>Ends a session: a last frame, then nothing more in either direction.</summary>
    public void Close(Session session, Frame? last)
    {
        if (session.IsClosed)
            return;
        session.Peer.Close(last);
        Forget(session);
    }

    /// <summary>Takes a session out of everything; its connection is gone or about to go.</summary>
    public void Forget(Session session)
    {
        if (session.IsClosed)
            return;
        session.State = SessionState.Closed;
        Sessions.Remove(session.Id);
        Addresses.Remove(session);
        foreach (var member in session.Rooms.Values.ToList())
            Exit(member);
        Publishers.Release(session, Now);
        if (session.Principal is not { } principal)
            return;
        principal.Sessions.Remove(session);
        if (principal.IsPresent || principal.Role != Role.Guest)
            return;
        principal.LastSeen = Now;
        if (principal.HasNoKey)
            Blocks.Forget(principal);
        if (principal.IsPassing)
            Principals.Remove(principal);
        else
            Commits.Open.Principals.Add(principal.ToRecord());
    }
}

/// <summary>How a server is to end.</summary>
/// <param name="Grace">The time until everything is closed, whatever is still under way.</param>
/// <param name="Last">What everybody is told.</param>
public sealed record ShutdownOrder(TimeSpan Grace, Bye Last);
