namespace ChatProtocol.Hub;

/// <summary>
/// The private rooms of sessions with an inbox: a session becomes a member when a message is posted there (CP-ROM-009). Rooms that
/// others open do not count towards the session's own joins, and have a bound of their own: beyond it the session leaves the room
/// that was quiet for longest. Nothing is lost by it, as the next entry there resumes at the cursor where the session left.
/// </summary>
internal sealed class Inboxes(HubOptions options, StepCounter steps, SlowWork slowWork, SessionRegistry sessions, Delivery delivery)
{
    /// <summary>Sessions of the two principals together; more than these are looked at in steps.</summary>
    private const int MaxAtOnce = 64;

    private readonly int _most = options.Limits.JoinedRooms;

    /// <summary>
    /// Rooms whose sessions are looked at in steps, with the cursor at which the next round enters them; null if there is
    /// no next round.
    /// </summary>
    private readonly Dictionary<Room, ulong?> _inviting = [];

    /// <summary>
    /// Whether the inbox holds the membership in a room, no matter which of the two joined it: a client that reconnects
    /// joins all its rooms.
    /// </summary>
    public static bool Holds(Session session, Room room) => room.IsPrivate && session.HasInbox;

    /// <summary>False if the session has as many such rooms as it may, and is behind in each.</summary>
    public bool TryMakeRoom(Session session) => session.Invited.Count < _most || TryLeaveQuietest(session);

    public static void Add(Member member) => member.Invitation = member.Session.Invited.AddLast(member);

    /// <summary>
    /// Entries of a private room were committed: sessions of its two principals that are not members enter it, with the
    /// cursor before these entries.
    /// </summary>
    public void Invite(Room room, Segment segment)
    {
        var cursor = segment.First - 1;
        if (room.Low!.Sessions + room.High!.Sessions > MaxAtOnce)
        {
            InviteInSteps(room, cursor);
            return;
        }
        foreach (var session in sessions.Of(room.Low))
            Invite(session, room, cursor);
        foreach (var session in sessions.Of(room.High))
            Invite(session, room, cursor);
    }

    /// <summary>Entries posted meanwhile need one more round, with a cursor of its own.</summary>
    private void InviteInSteps(Room room, ulong cursor)
    {
        if (_inviting.TryGetValue(room, out var from))
        {
            _inviting[room] = from ?? cursor;
            return;
        }
        _inviting.Add(room, cursor);
        room.Pins++;
        slowWork.Begin(InviteAll(room));
    }

    private IEnumerable<bool> InviteAll(Room room)
    {
        while (!room.IsRemoved && _inviting[room] is { } cursor)
        {
            _inviting[room] = null;
            foreach (var session in (Session[])[.. sessions.Of(room.Low!), .. sessions.Of(room.High!)])
            {
                if (!room.IsRemoved && Invite(session, room, cursor) is { } member)
                    delivery.Serve(member);
                yield return true;
            }
        }
        _inviting.Remove(room);
        room.Pins--;
    }

    /// <summary>The member that the session becomes; null if it was one before, or does not become one.</summary>
    private Member? Invite(Session session, Room room, ulong cursor)
    {
        steps.Add();
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
        session.Reply(new PrivateRoom(room.Id, peer.Id, peer.Name.Text, room.Record.Epoch, room.Record.EpochFirst, cursor));
        var member = delivery.Enter(session, room, cursor, PresenceMode.None);
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
        steps.Add(tried / StepCounter.LookUps);
        if (quietest is not null)
            delivery.Exit(quietest);
        return quietest is not null;
    }
}
