namespace ChatProtocol.Hub;

/// <summary>The removal of rooms.</summary>
internal sealed class RemovalHandlers(GroupCommit groupCommit, RoomDirectory rooms, RoomAccess access, RoomRemovals removals, EntryEraser eraser) : IVerbHandlers
{
    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.InRoom<RemoveRoom>(Permissions.Moderate, Permissions.OwnRoom, RemoveRoom, (session, remove) => needs.Room(session, remove.Room),
            remove => new AuditSubject(Room: remove.Room)),
    ];

    /// <summary>The request is answered when nobody can read the room any more and its members have been told (CP-ADM-030).</summary>
    public void RemoveRoom(Session session, RemoveRoom remove)
    {
        if (access.FindFor(session, remove.Id, remove.Room, Permissions.Moderate, Permissions.OwnRoom) is not { } room)
            return;
        if (room == rooms.Lobby)
        {
            session.Refuse(remove.Id, ErrorCode.InvalidValue, $"the {Names.Lobby} cannot be removed: everybody begins there", field: "room");
            return;
        }
        room.ChangedBy = groupCommit.Open.Number;
        eraser.AddReportsOf(room, groupCommit.Open);
        var change = new LogChange.RemoveRoom(room.Id) { IsBeginning = true, MayHaveMorePublishers = true };
        groupCommit.Open.Add(change, new CommitCallbacks(() => Removed(session, remove.Id, room), () => session.RefuseUnstored(remove.Id)));
    }

    private void Removed(Session session, ulong id, Room room)
    {
        // Another request may have removed the room a little earlier, or its last member may have left it empty.
        if (rooms.Find(room.Id) != room)
            session.RefuseAsRemoved(id);
        else
            removals.Begin(room, () => eraser.EraseReportsOf(room, new ErasureCallbacks(
                complaint => Answer(session, id, complaint), () => session.RefuseUnstored(id), () => session.Reply(new Ok(id)))));
    }

    private static void Answer(Session session, ulong id, string? complaint)
    {
        if (complaint is null)
            session.Reply(new Ok(id));
        else
            session.Refuse(id, ErrorCode.LogUnavailable, complaint);
    }
}
