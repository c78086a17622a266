namespace ChatProtocol.Hub;

/// <summary>
/// The private rooms of sessions with an inbox, which become members when something is said there (CP-ROM-009). What others
/// open does not count for what a session may join itself, and has a bound of its own: beyond it the one in which it is quiet
/// for the longest is left. Nothing is lost by it, as the next entry there leads back to where the session stood.
/// </summary>
internal sealed class Inboxes(HubState hub)
{
    private readonly int _most = hub.Options.Limits.JoinedRooms;

    /// <summary>Whether the membership in a room is the inbox's, whether it has joined it or the session itself has: a client that comes back joins them all.</summary>
    public static bool Holds(Session session, Room room) => room.IsPrivate && session.HasInbox;

    /// <summary>False if the session has as many as it may, and still has to get something of each.</summary>
    public bool TryMakeRoom(Session session) => session.Invited.Count < _most || TryLeaveQuietest(session);

    public static void Add(Member member) => member.Invitation = member.Session.Invited.AddLast(member);

    /// <summary>Entries of a private room were committed.</summary>
    public void Invite(Room room, Segment segment)
    {
        Invite(room, segment, room.Low!);
        Invite(room, segment, room.High!);
    }

    private void Invite(Room room, Segment segment, Principal principal)
    {
        foreach (var session in principal.Sessions)
        {
            if (!session.IsReady || !session.HasInbox)
                continue;
            if (session.Rooms.TryGetValue(room.Id, out var member))
                Refresh(member);
            else if (TryMakeRoom(session))
                Enter(session, room, segment.First - 1, room.PeerOf(principal));
        }
    }

    private void Enter(Session session, Room room, ulong cursor, Principal peer)
    {
        session.Reply(new PrivateRoom(room.Id, peer.Id, peer.Name, room.Record.Epoch, room.Record.EpochFirst, cursor));
        Add(hub.Enter(session, room, cursor, PresenceMode.None));
    }

    private static void Refresh(Member member)
    {
        member.Session.Invited.Remove(member.Invitation!);
        member.Session.Invited.AddLast(member.Invitation!);
    }

    private bool TryLeaveQuietest(Session session)
    {
        foreach (var member in session.Invited)
        {
            if (member.Cursor < member.Room.Committed)
                continue;
            hub.Exit(member);
            return true;
        }
        return false;
    }
}
