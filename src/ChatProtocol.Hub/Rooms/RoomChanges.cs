namespace ChatProtocol.Hub;

/// <summary>
/// Changes of a room's record, each with the entry that tells it, in one batch: whoever resumes from a cursor learns of the change, and
/// the record never follows from entries, which may expire.
/// </summary>
internal sealed class RoomChanges(HubClock clock, EntryWriter entries, GroupCommit groupCommit, RoomDirectory directory)
{
    /// <summary>Stores new settings of a room, which hold from now on.</summary>
    public void Set(IAsker asker, ulong id, Room room, Principal from, RoomSettings settings, Func<ulong, ulong, RoomChanged> tell)
    {
        var before = room.Settings;
        room.Settings = settings;
        Append(asker, id, room, from, tell, new LogChange.SetRoom(room.Record with { Settings = settings }), () => room.Settings = before, stored: null);
    }

    /// <summary>Stores the standing of a principal in a room, which holds from now on.</summary>
    public void Set(IAsker asker, ulong id, Room room, Principal from, RoomStanding standing, Func<ulong, ulong, RoleChanged> tell, Action stored, Action lost)
    {
        var before = room.Standings.Find(standing.Principal);
        var changedBy = room.Standings.ChangedBy(standing.Principal);
        Apply(room, standing.Principal, () => room.Standings.Set(standing, groupCommit.Open.Number));
        Append(asker, id, room, from, tell, new LogChange.KeepStanding(room.Record, standing),
            () => TakeBack(room, standing.Principal, before, changedBy, lost), stored);
    }

    /// <summary>Answers that nothing changed, once it is durable that the room is as was asked (CP-ROL-010).</summary>
    public void AnswerUnchanged(IAsker asker, ulong id, Room room)
    {
        var answer = new Posted(id, null, null);
        if (groupCommit.FindOpen(room.ChangedBy) is { } batch)
            batch.Notify(new CommitCallbacks(() => asker.Reply(answer), () => asker.RefuseUnstored(id)));
        else
            asker.Reply(answer);
    }

    /// <summary>Takes the change of a standing back, the latest of several first, until the standing is the stored one again.</summary>
    private void TakeBack(Room room, ulong principal, RoomStanding? before, long changedBy, Action lost)
    {
        Apply(room, principal, () => room.Standings.Restore(principal, before, changedBy));
        if (changedBy <= groupCommit.StoredThrough)
            lost();
    }

    /// <summary>Changes a standing; lists show a room by invitation to those with a role in it.</summary>
    private void Apply(Room room, ulong principal, Action change)
    {
        var wasIn = room.Standings.HasRole(principal);
        change();
        var isIn = room.Standings.HasRole(principal);
        if (room is { IsByInvitation: true, IsListed: true } && wasIn != isIn)
            directory.Listed.MemberChanged(room, principal, isIn);
    }

    private void Append(IAsker asker, ulong id, Room room, Principal from, Func<ulong, ulong, Entry> tell, LogChange change, Action lost, Action? stored)
    {
        entries.Append(room, from, tell, clock.Now, out var seq, out var time);
        directory.MarkUsed(room);
        groupCommit.Open.Add(change, new CommitCallbacks(() => stored?.Invoke(), lost));
        entries.Await(new WaitingPost(asker, id, room, seq, time, Counters: null));
    }
}
