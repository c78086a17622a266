namespace ChatProtocol.Hub;

/// <summary>The removal of rooms.</summary>
internal sealed class RemovalHandlers(HubState hub)
{
    /// <summary>The request is answered when nobody can read the room any more and its members have been told (CP-ADM-030).</summary>
    public void RemoveRoom(Session session, RemoveRoom remove)
    {
        if (hub.Rooms.Find(remove.Room) is not { } room)
        {
            session.RefuseAsRemoved(remove.Id);
            return;
        }
        if (room == hub.Rooms.Lobby)
        {
            session.Refuse(remove.Id, ErrorCode.InvalidValue, $"the {Names.Lobby} cannot be removed: everybody begins there", field: "room");
            return;
        }
        room.ChangedBy = hub.Commits.Open.Number;
        var change = new LogChange.RemoveRoom(room.Id) { IsBeginning = true, MayHaveMorePublishers = true };
        hub.Commits.Open.Add(change, new Debt(() => Removed(session, remove.Id, room), () => session.RefuseUnstored(remove.Id)));
    }

    private void Removed(Session session, ulong id, Room room)
    {
        // Another request may have removed the room a little earlier, or its last member may have left it empty.
        if (hub.Rooms.Find(room.Id) != room)
            session.RefuseAsRemoved(id);
        else
            hub.Removals.Begin(room, () => session.Reply(new Ok(id)));
    }
}
