namespace ChatProtocol.Hub;

/// <summary>Gives handlers the rooms that their askers may see and use as they ask, and refuses the others.</summary>
internal sealed class RoomAccess(HubClock clock, RoomDirectory directory)
{
    /// <summary>A room by its id, if the asker has these permissions there; null after refusing.</summary>
    public Room? Find(Session session, ulong id, ulong room, Permissions needed = Permissions.See)
    {
        if (directory.Find(room) is not { } found)
            session.Refuse(id, ErrorCode.NoSuchRoom, NoSuchRoom, field: "room");
        else if (Allows(session, id, found, needed))
            return found;
        return null;
    }

    /// <summary>The subject of reading in a room for the audit log: none, but where the asker sees it by its role on the server alone.</summary>
    public AuditSubject? Reading(Session session, ulong room) =>
        directory.Find(room) is { IsByInvitation: true } found && !found.Standings.HasRole(session.Principal!.Id) ? new AuditSubject(Room: room, IsRead: true) : null;

    /// <inheritdoc cref="Reading(Session, ulong)"/>
    public AuditSubject? Reading(Session session, string address) =>
        RoomAddress.Parse(address) is { Kind: RoomKind.ByInvitation } byId && RoomAddress.TryParseId(byId.Name, out var room) ? Reading(session, room) : null;

    /// <summary>
    /// A room by its id, if the asker has a permission on the server, which is good for every room, even one that is hidden from it (CP-ADM-012), or
    /// else one in the room; null after refusing.
    /// </summary>
    public Room? FindFor(Session session, ulong id, ulong room, Permissions onServer, Permissions inRoom)
    {
        if (!session.Permissions.Include(onServer))
            return Find(session, id, room, inRoom);
        if (directory.Find(room) is { } found && Rights.MayUse(session.Token, room))
            return found;
        session.Refuse(id, ErrorCode.NoSuchRoom, NoSuchRoom, field: "room");
        return null;
    }

    /// <summary>
    /// Whether the asker has these permissions in a room; if not, the request was refused, for one that is hidden from it as if it were
    /// not there (CP-ROM-006, CP-ROL-002).
    /// </summary>
    public bool Allows(Session session, ulong id, Room room, Permissions needed = Permissions.See, string field = "room")
    {
        if (Includes(session, room, needed))
            return true;
        var principal = session.Principal!;
        if (Rights.IsHidden(principal, room, session.Token))
            session.Refuse(id, ErrorCode.NoSuchRoom, NoSuchRoom, field: field);
        else if (room.Standings.Find(principal.Id) is { } standing && standing.RestrictionAt(clock.Now) is var restriction and not RoomRestriction.None)
            RefuseAsRestricted(session, id, standing, restriction, field);
        else if (needed == Permissions.Speak && room.Settings.IsArchived)
            session.Refuse(id, ErrorCode.RoomArchived, "the room is archived: it can be read, and its owner can open it again", field: field);
        else if (needed == Permissions.Speak && room.Settings.IsModerated)
            session.Refuse(id, ErrorCode.Muted, "the room is moderated, and you have no role in it: ask a moderator to make you a member", field: field);
        else
            session.Refuse(id, ErrorCode.Denied, Rights.ExplainInRoom(needed, room, session.Token), field: field);
        return false;
    }

    /// <summary>Whether the asker has these permissions in a room.</summary>
    public bool Includes(Session session, Room room, Permissions needed) => Rights.Of(session.Principal!, room, clock.Now, session.Token).Include(needed);

    public const string NoSuchRoom = "there is no such room";

    private void RefuseAsRestricted(Session session, ulong id, RoomStanding standing, RoomRestriction restriction, string field)
    {
        var (code, what) = restriction == RoomRestriction.Banned ? (ErrorCode.BannedFromRoom, "banned from") : (ErrorCode.Muted, "muted in");
        ulong? left = standing.Until == 0 ? null : (ulong)(standing.Until - clock.Now);
        var until = left is { } wait ? $" for another {TimeSpan.FromMilliseconds(wait):d\\:hh\\:mm\\:ss}" : "";
        session.Refuse(id, code, $"you are {what} this room{until}{(standing.Reason.Length == 0 ? "" : $": {standing.Reason}")}", field: field, retryAfter: left);
    }
}
