namespace ChatProtocol.Hub;

/// <summary>
/// The private rooms of sessions with an inbox, which become members when something is said there (CP-ROM-009). What others
/// open does not count for what a session may join itself, and has a bound of its own: beyond it the one in which it is quiet
/// for the longest is left. Nothing is lost by it, as the next entry there leads back to where the session stood.
/// </summary>
internal sealed class Inboxes(HubState hub)
{
    /// <summary>Sessions of the two together; where there are more they are looked at in steps.</summary>
    private const int MaxAtOnce = 64;

    private readonly int _most = hub.Options.Limits.JoinedRooms;

    /// <summary>
    /// Rooms whose sessions are looked at in steps, and from where on they enter in the next round; null if there is none.
    /// </summary>
    private readonly Dictionary<Room, ulong?> _inviting = [];

    /// <summary>
    /// Whether the membership in a room is the inbox's, whether it has joined it or the session itself has: a client that
    /// comes back joins them all.
    /// </summary>
    public static bool Holds(Session session, Room room) => room.IsPrivate && session.HasInbox;

    /// <summary>False if the session has as many as it may, and still has to get something of each.</summary>
    public bool TryMakeRoom(Session session) => session.Invited.Count < _most || TryLeaveQuietest(session);

    public static void Add(Member member) => member.Invitation = member.Session.Invited.AddLast(member);

    /// <summary>
    /// Entries of a private room were committed: sessions of the two that are not in it enter it, behind what was there
    /// before.
    /// </summary>
    public void Invite(Room room, Segment segment)
    {
        var cursor = segment.First - 1;
        if (room.Low!.Sessions.Count + room.High!.Sessions.Count > MaxAtOnce)
        {
            InviteInSteps(room, cursor);
            return;
        }
        foreach (var session in room.Low.Sessions)
            Invite(session, room, cursor);
        foreach (var session in room.High.Sessions)
            Invite(session, room, cursor);
    }

    /// <summary>What is said there meanwhile is one round more, from its own beginning.</summary>
    private void InviteInSteps(Room room, ulong cursor)
    {
        if (_inviting.TryGetValue(room, out var from))
        {
            _inviting[room] = from ?? cursor;
            return;
        }
        _inviting.Add(room, cursor);
        hub.SlowWork.Begin(InviteAll(room));
    }

    private IEnumerable<bool> InviteAll(Room room)
    {
        while (!room.IsRemoved && _inviting[room] is { } cursor)
        {
            _inviting[room] = null;
            foreach (var session in (Session[])[.. room.Low!.Sessions, .. room.High!.Sessions])
            {
                if (!room.IsRemoved && Invite(session, room, cursor) is { } member)
                    hub.Delivery.Serve(member);
                yield return true;
            }
        }
        _inviting.Remove(room);
    }

    /// <summary>The member that the session is from here on; null if it was one before, or is none.</summary>
    private Member? Invite(Session session, Room room, ulong cursor)
    {
        hub.Steps.Add();
        if (session is not { IsReady: true, IsGone: false, HasInbox: true })
            return null;
        if (session.Rooms.TryGetValue(room.Id, out var member))
            Refresh(member);
        else if (TryMakeRoom(session))
            return Enter(session, room, cursor);
        return null;
    }

    private Member Enter(Session session, Room room, ulong cursor)
    {
        var peer = room.PeerOf(session.Principal!);
        session.Reply(new PrivateRoom(room.Id, peer.Id, peer.Name, room.Record.Epoch, room.Record.EpochFirst, cursor));
        var member = hub.Enter(session, room, cursor, PresenceMode.None);
        Add(member);
        return member;
    }

    private static void Refresh(Member member)
    {
        member.Session.Invited.Remove(member.Invitation!);
        member.Session.Invited.AddLast(member.Invitation!);
    }

    private bool TryLeaveQuietest(Session session)
    {
        var tried = 0;
        Member? quietest = null;
        foreach (var member in session.Invited)
        {
            tried++;
            if (member.Cursor < member.Room.Committed)
                continue;
            quietest = member;
            break;
        }
        hub.Steps.Add(tried / Steps.LookUps);
        if (quietest is not null)
            hub.Exit(quietest);
        return quietest is not null;
    }
}
