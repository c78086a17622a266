namespace ChatProtocol.Hub;

/// <summary>The admins' requests about the log: retention, backup and verification.</summary>
internal sealed class LogHandlers(
    HubClock clock, ILog log, GroupCommit groupCommit, RoomDirectory directory, RoomAccess access, RetentionEnforcer retention, AuditTrail audit) : IVerbHandlers
{
    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.InRoom<Retain>(Permissions.Operate, Permissions.OwnRoom, Retain, (session, retain) => needs.Room(session, retain.Room),
            retain => new AuditSubject(Room: retain.Room, IsRead: !retain.Change)),
        Verb.Of<Backup>(Permissions.UsePaths, Backup, audit: backup => new AuditSubject(Place: backup.Path)),
        Verb.Of<Verify>(Permissions.Operate, Verify, audit: _ => AuditSubject.Nobody),
    ];

    public void Backup(Session session, Backup backup)
    {
        if (backup.Path.StartsWith('/'))
            audit.RecordFirst(session, backup.Id, () => log.Do(new MaintenanceTask.Backup(backup.Path) { Asker = session, Id = backup.Id }));
        else
            session.Refuse(backup.Id, ErrorCode.InvalidValue, "the path of a backup begins with /", field: "path");
    }

    public void Verify(Session session, Verify verify) => log.Do(new MaintenanceTask.Verification { Asker = session, Id = verify.Id });

    public void Retain(Session session, Retain retain)
    {
        if (access.FindFor(session, retain.Id, retain.Room, Permissions.Operate, Permissions.OwnRoom) is not { } room)
            return;
        if (retain.DryRun)
            CountExpired(session, retain, room);
        else if (!retain.Change)
            session.Reply(Describe(retain.Id, room));
        else if (room.Committed == 0 && room != directory.Lobby)
            session.Refuse(retain.Id, ErrorCode.NoSuchEntry, "nothing was said in this room yet, and so there is nothing to keep or not", field: "room");
        else
        {
            var keeps = LimitsOf(retain);
            room.ChangedBy = groupCommit.Open.Number;
            session.FindAct(retain.Id)?.Changes(InWords(room.Keeps), InWords(keeps));
            retention.Changing(room);
            groupCommit.Open.Add(new LogChange.LimitRoom(room.Record with { Keeps = keeps }), new CommitCallbacks(
                () => Changed(session, retain.Id, room, keeps),
                () =>
                {
                    retention.NotChanged(room);
                    session.RefuseUnstored(retain.Id);
                })
            {
                RoomRemoved = () => session.RefuseAsRemoved(retain.Id),
            });
        }
    }

    public void MaintenanceDone(MaintenanceTask task, MaintenanceResult result)
    {
        if (task.Asker is null)
            // The server itself asked for the scrub; work that failed is repeated with the next one.
            return;
        if (result.Complaint is { } complaint)
            task.Asker!.Refuse(task.Id, result.Reason, complaint);
        else if (task is MaintenanceTask.Verification)
            task.Asker!.Reply(new Verified(task.Id, result.Segments, result.Entries, result.Damaged, result.Audit));
        else if (task is MaintenanceTask.FindExpired search)
            task.Asker!.Reply(Count(search, result.Through));
        else
            task.Asker!.Reply(new Ok(task.Id));
    }

    private void Changed(Session session, ulong id, Room room, RetentionLimits? keeps)
    {
        room.Keeps = keeps;
        session.Reply(Describe(id, room));
        retention.Changed(room);
    }

    /// <summary>The log counts the entries that would expire, outside the hub's turn (CP-ADM-015).</summary>
    private void CountExpired(Session session, Retain retain, Room room)
    {
        if (retain.Change)
            session.Refuse(retain.Id, ErrorCode.InvalidValue, "a dry run changes nothing: leave change out", field: "dry-run");
        else if (room.Committed == 0 || LimitsOf(retain) is not { } keeps)
            session.Reply(new Retention(retain.Id, room.Oldest, retain.Age, retain.Count, retain.Bytes, 0));
        else
            log.Do(new MaintenanceTask.FindExpired(room.Id, keeps, (ulong)clock.Now) { Head = room.Committed, Unsaid = room.CommittedUnsaid, Oldest = room.Oldest, Asker = session, Id = retain.Id });
    }

    private Retention Count(MaintenanceTask.FindExpired search, ulong through)
    {
        var oldest = directory.Find(search.Room)?.Oldest ?? search.Oldest;
        return new Retention(search.Id, oldest, search.Keeps.Age, search.Keeps.Count, search.Keeps.Bytes, through < oldest ? 0 : through - oldest + 1);
    }

    private static RetentionLimits? LimitsOf(Retain retain) =>
        (retain.Age ?? retain.Count ?? retain.Bytes) is null ? null : new RetentionLimits(retain.Age, retain.Count, retain.Bytes);

    private static string InWords(RetentionLimits? keeps) =>
        keeps is null ? "all" : string.Join(' ', new[] { ("age", keeps.Age), ("count", keeps.Count), ("bytes", keeps.Bytes) }.Where(one => one.Item2 is not null).Select(one => $"{one.Item1}={one.Item2}"));

    private static Retention Describe(ulong id, Room room) => new(id, room.Oldest, room.Keeps?.Age, room.Keeps?.Count, room.Keeps?.Bytes);
}
