namespace ChatProtocol.Hub;

/// <summary>
/// Makes sessions with an inbox members of a private room when something is said there (CP-ROM-009). What others open does
/// not count for what a session may join itself, and has a bound of its own: beyond it the one in which it is quiet for the
/// longest is left. Nothing is lost by it, as the next entry there leads back to where the session stood.
/// </summary>
internal sealed class Inboxes(HubState hub)
{
    private readonly int _most = hub.Options.Limits.JoinedRooms;

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
            else if (session.Invited.Count < _most || TryLeaveQuietest(session))
                Enter(session, room, segment.First - 1, room.PeerOf(principal));
        }
    }

    private void Enter(Session session, Room room, ulong cursor, Principal peer)
    {
        session.Reply(new PrivateRoom(room.Id, peer.Id, peer.Name, room.Record.Epoch, room.Record.EpochFirst, cursor));
        var member = hub.Enter(session, room, cursor, PresenceMode.None);
        member.Invitation = session.Invited.AddLast(member);
    }

    private static void Refresh(Member member)
    {
        if (member.Invitation is not { } invitation)
            return;
        invitation.List!.Remove(invitation);
        member.Session.Invited.AddLast(invitation);
    }

    /// <summary>False if the session still has to get something of each: then it takes nothing just now (CP-ROM-009).</summary>
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
