namespace ChatProtocol.Hub;

/// <summary>
/// The admin's requests to export and to import. An export is the log's work alone. An import is checked whole by the log, then stored a
/// part with each batch where nobody finds it, and found by everybody when the last batch is durable (CP-EXP-010 to 016).
/// </summary>
internal sealed class ExportHandlers(
    HubOptions options, HubClock clock, HubStatus status, ILog log, GroupCommit groupCommit, DirectoryLookups lookups, Principals principals, RoomDirectory directory,
    RetentionEnforcer retention, RoomRemovals removals) : IVerbHandlers
{
    /// <summary>Bytes that an import needs beside its file's length: the write-ahead log is begun anew at 16 MiB.</summary>
    private const ulong Reserve = 32 * 1024 * 1024;

    /// <summary>In milliseconds.</summary>
    private const ulong RetryAfter = 1000;

    /// <summary>The request that is being answered; null if none is, as there is one at a time.</summary>
    private Import? _asked;
    private Session? _asker;

    /// <summary>Whether the first part was handed over, so that something may have to be removed.</summary>
    private bool _hasBegun;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Export>(Permissions.UsePaths, Export, audit: export => new AuditSubject(Place: export.Path)),
        Verb.Of<Import>(Permissions.UsePaths, Import, audit: import => new AuditSubject(Place: import.Path)),
    ];

    public void Export(Session session, Export export)
    {
        if (export.Path.StartsWith('/'))
            log.Do(new MaintenanceTask.Export(export.Path, export.Room, options.Agent, (ulong)clock.Now) { Asker = session, Id = export.Id });
        else
            session.Refuse(export.Id, ErrorCode.InvalidValue, "the path of an export begins with /", field: "path");
    }

    public void Import(Session session, Import import)
    {
        if (!import.Path.StartsWith('/'))
            session.Refuse(import.Id, ErrorCode.InvalidValue, "the path of an import begins with /", field: "path");
        else if (_asked is not null)
            session.Refuse(import.Id, ErrorCode.LogUnavailable, "another import is under way; wait until it is done", retryAfter: RetryAfter);
        else
        {
            (_asked, _asker) = (import, session);
            log.Do(new MaintenanceTask.CheckImport(import.Path, import.Room, options.Limits.Frame, (ulong)clock.Now) { Asker = session, Id = import.Id });
        }
    }

    public void MaintenanceDone(MaintenanceTask task, MaintenanceResult result)
    {
        switch (task)
        {
            case MaintenanceTask.Export when result.Complaint is { } complaint: task.Asker!.Refuse(task.Id, result.Reason, complaint); break;
            case MaintenanceTask.Export: task.Asker!.Reply(new Exported(task.Id, result.Rooms, result.Entries, result.Hash)); break;
            case MaintenanceTask.CheckImport: Checked(result); break;
            case MaintenanceTask.ReadImport read: Read(read.Import, result); break;
        }
    }

    private void Checked(MaintenanceResult result)
    {
        if (result.Complaint is not null || result.Import is not { } import)
            Refuse(result.Reason, result.Complaint ?? "this log cannot import anything");
        else if (FindObstacle(import) is { } obstacle)
            GiveUp(import, ErrorCode.InvalidValue, obstacle);
        else if (import.IsWhole)
            Begin(import);
        else
            lookups.Ask(new DirectoryQuery.RoomNamed(import.Name!), found => NameLookedUp(import, found));
    }

    /// <summary>What stands in the way of every import, or of that of a server; null if nothing does.</summary>
    private string? FindObstacle(LogImport import) =>
        lookups.IsWhole ? "the database is still being indexed for this chatd: try again in a while"
        : status is { Free: { } free, Floor: { } floor } && free < floor + import.Bytes + Reserve
            ? $"the import needs {import.Bytes + Reserve} bytes, and {free} are left on the disk, of which {floor} stay free (--disk-floor)"
        : import.IsWhole ? FindPresence() : null;

    /// <summary>Whoever is here in memory alone, and so not known to the log.</summary>
    private string? FindPresence() =>
        directory.Lobby is not { Assigned: 0, Members.Count: 0 } || status.Figures.Rooms > 1 || principals.After(PrincipalIds.Admin).Any()
            ? "a whole server goes into an empty one, and there is a room or a user here: end their connections, or give chatd an empty folder" : null;

    private void NameLookedUp(LogImport import, DirectoryResult? found)
    {
        var name = new RoomName(import.Name!);
        if (found is null)
            GiveUp(import, ErrorCode.LogUnavailable, "the rooms cannot be looked up just now; try again");
        else if (directory.Find(name) is not null)
            GiveUp(import, ErrorCode.InvalidValue, $"there is a room {name} here already: remove that first (chatctl rooms remove), or import it elsewhere");
        else if (directory.Validate(name) is { } complaint)
            GiveUp(import, ErrorCode.InvalidValue, complaint);
        else if (!directory.Ids.HasOne)
            GiveUp(import, ErrorCode.LogUnavailable, "there is no id for one more room just now; try again");
        else
            Begin(import);
    }

    private void Begin(LogImport import)
    {
        if (_asked!.DryRun)
        {
            Close(import);
            Finish(new Imported(_asked.Id, import.Rooms, import.Entries, import.Accounts, import.IsWhole, import.Name));
            return;
        }
        _hasBegun = true;
        if (import.IsWhole)
        {
            status.IsImporting = true;
            directory.Ids.SkipThrough(import.LastRoom);
            principals.Ids.SkipThrough(import.LastPrincipal, groupCommit.Open);
        }
        else
        {
            directory.Reserve(new RoomName(import.Name!));
            import.Room = directory.Ids.Take();
            import.FirstAuthor = principals.Ids.TakeMany(import.Authors, groupCommit.Open);
        }
        log.Do(new MaintenanceTask.ReadImport(import));
    }

    private void Read(LogImport import, MaintenanceResult result)
    {
        if (result.Part is not { } part)
            GiveUp(import, result.Reason, result.Complaint ?? "this log cannot import anything");
        else
            groupCommit.Open.Add(new LogChange.ImportSome(import, part), new CommitCallbacks(() => Stored(import, part), () => GiveUpUnstored(import)));
    }

    private void Stored(LogImport import, ImportPart part)
    {
        if (status.IsDraining)
            // The next start removes what is stored.
            Refuse(ErrorCode.LogUnavailable, "the server stops: nothing was imported");
        else if (!part.IsLast)
            log.Do(new MaintenanceTask.ReadImport(import));
        else if (import.IsWhole && FindPresence() is { } obstacle)
            GiveUp(import, ErrorCode.InvalidValue, obstacle);
        else
        {
            var finish = new LogChange.FinishImport(import);
            groupCommit.Open.Add(finish, new CommitCallbacks(() => Finished(finish), () => GiveUpUnstored(import)));
        }
    }

    private void Finished(LogChange.FinishImport finish)
    {
        var import = finish.Import;
        if (finish.Complaint is { } complaint)
        {
            GiveUp(import, ErrorCode.InvalidValue, $"{_asked!.Path} was not imported: {complaint}");
            return;
        }
        Close(import);
        lookups.Distrust();
        if (import.IsWhole)
            ShowServer(import);
        else
        {
            directory.Release(new RoomName(import.Name!));
            status.Figures.Rooms++;
            LoadLimited(import.Room);
        }
        Finish(new Imported(_asked!.Id, import.Rooms, import.Entries, import.Accounts, import.IsWhole, import.Name, import.IsWhole ? null : import.Room));
    }

    private void ShowServer(LogImport import)
    {
        status.IsImporting = false;
        status.Figures.Rooms = (int)import.Rooms + (import.Lobby is null ? 1 : 0);
        principals.Accounts.Imported(import.Owners);
        if (import.Lobby is { } lobby)
            directory.Lobby.Become(lobby);
        foreach (var room in import.Limited)
            LoadLimited(room);
    }

    /// <summary>Rooms with limits are always in memory.</summary>
    private void LoadLimited(ulong room) => lookups.Ask(new DirectoryQuery.Room(room), _ =>
    {
        if (directory.Find(room) is { Keeps: not null } found)
            retention.Add(found);
    });

    private void GiveUpUnstored(LogImport import) => GiveUp(import, ErrorCode.LogUnavailable, "the server cannot store anything just now; nothing was imported, try again");

    /// <summary>Nothing is imported; what was stored is removed.</summary>
    private void GiveUp(LogImport import, ErrorCode reason, string why)
    {
        Close(import);
        if (_hasBegun && import.IsWhole)
            Undo();
        else if (_hasBegun)
        {
            directory.Release(new RoomName(import.Name!));
            removals.GoOn(import.Room);
        }
        Refuse(reason, why);
    }

    /// <summary>Repeated until it is stored: nobody is let in before.</summary>
    private void Undo() => groupCommit.Open.Add(new LogChange.UndoImport(), new CommitCallbacks(() => status.IsImporting = false, Undo) { IsAwaited = false });

    private void Close(LogImport import) => log.Do(new MaintenanceTask.CloseImport(import));

    private void Refuse(ErrorCode reason, string why) => Finish(new Error(_asked!.Id, reason, why));

    private void Finish(Frame answer)
    {
        var asker = _asker!;
        (_asked, _asker, _hasBegun) = (null, null, false);
        ((IAsker)asker).Reply(answer);
    }
}
