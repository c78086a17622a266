namespace ChatProtocol.Hub;

/// <summary>The removal of rooms.</summary>
internal sealed class RemovalHandlers(HubState hub)
{
    /// <summary>It is answered when nobody can read the room any more and its members know it (CP-ADM-030).</summary>
    public void RemoveRoom(Session session, RemoveRoom remove)
    {
        if (hub.Rooms.Find(remove.Room) is not { } room)
        {
            HubState.RefuseAsRemoved(session, remove.Id);
            return;
        }
        if (room == hub.Rooms.Lobby)
        {
            session.Refuse(remove.Id, ErrorCode.InvalidValue, $"the {Names.Lobby} cannot be removed: everybody begins there", field: "room");
            return;
        }
        // Who has posted there is known for certain only when it is durable.
        var change = new LogChange.RemoveRoom(room.Id) { IsBeginning = true, HasMorePublishers = true };
        hub.Commits.Open.Add(change, new Debt(() => Removed(session, remove.Id, room), () => HubState.RefuseUnstored(session, remove.Id)));
    }

    private void Removed(Session session, ulong id, Room room)
    {
        // Somebody else may have been a little earlier, or the room empty and left by its last member.
        if (hub.Rooms.Find(room.Id) != room)
            HubState.RefuseAsRemoved(session, id);
        else
            hub.Removals.Begin(room, () => session.Reply(new Ok(id)));
    }
}
