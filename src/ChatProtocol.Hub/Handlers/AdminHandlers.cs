namespace ChatProtocol.Hub;

/// <summary>The handlers of the admins' requests.</summary>
internal sealed class AdminHandlers(HubState hub, PostHandlers posts)
{
    /// <summary>The most items of one answer, each of 512 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, hub.Options.Limits.Frame / 512);

    /// <summary>A day, in milliseconds.</summary>
    private const int MaxGrace = 86_400_000;

    public void Sessions(Session session, Sessions sessions)
    {
        var items = hub.ListOf(_maxItems, hub.Sessions.After(sessions.After), Describe, out var more);
        session.Reply(new SessionList(sessions.Id, items, more));
    }

    public void Kick(Session session, Kick kick)
    {
        if (kick.Session is null == kick.Name is null)
        {
            session.Refuse(kick.Id, ErrorCode.InvalidValue, "give a session or a name", field: "session");
            return;
        }
        Session[] kicked = kick.Session is { } number
            ? hub.Sessions.Find(number) is { } one ? [one] : []
            : [.. hub.Principals.FindHolder(kick.Name!, hub.Now)?.Sessions ?? []];
        if (kicked.Length == 0)
        {
            session.Refuse(kick.Id, kick.Session is null ? ErrorCode.NoSuchUser : ErrorCode.NoSuchSession,
                kick.Session is { } id ? $"there is no connection {id}" : $"nobody called {kick.Name} is here");
            return;
        }
        // The answer first: an admin may kick himself.
        session.Reply(new Ok(kick.Id));
        hub.SlowWork.BeginForAdmin(Close(kicked, new Bye(ByeCode.Kicked, kick.Reason, null)));
    }

    private IEnumerable<bool> Close(IEnumerable<Session> sessions, Bye last)
    {
        foreach (var session in sessions)
        {
            hub.Close(session, last);
            yield return true;
        }
    }

    public void Tell(Session session, Tell tell)
    {
        if (hub.Principals.FindHolder(tell.Name, hub.Now) is not { IsPresent: true } to || Rights.Of(to).Include(Permissions.Immune))
        {
            session.Refuse(tell.Id, ErrorCode.NoSuchUser, $"nobody called {tell.Name} is here", field: "name");
            return;
        }
        if (hub.Between(session, tell.Id, hub.Principals.Server, to, () => hub.Again(session, tell)) is { } room)
            Say(session, tell.Id, room, tell.Text);
    }

    /// <summary>Once the entry is durable, sessions outside the lobby are told of it as well (CP-ADM-006).</summary>
    public void Broadcast(Session session, Broadcast broadcast)
    {
        if (!Say(session, broadcast.Id, hub.Rooms.Lobby, broadcast.Text))
            return;
        var notice = new Notice(hub.Rooms.Lobby.LastTime, broadcast.Text);
        hub.Commits.Open.Owe(new Debt(() => hub.SlowWork.BeginForAdmin(Tell(notice)), () => { }));
    }

    private IEnumerable<bool> Tell(Notice notice)
    {
        foreach (var session in hub.Sessions.After(0))
        {
            if (session.IsReady && !session.Rooms.ContainsKey(hub.Rooms.Lobby.Id))
                session.Reply(notice);
            yield return true;
        }
    }

    public void Status(Session session, Status status) => session.Reply(new StatusReport(
        status.Id, hub.Options.Agent, (ulong)hub.Started, (ulong)hub.Ready, (ulong)hub.Rooms.Count, hub.Posts,
        (ulong)hub.Queued, hub.Free, hub.Floor,
        hub.Wall.Offset > 0 ? (ulong)hub.Wall.Offset : null, hub.Wall.Offset < 0 ? (ulong)-hub.Wall.Offset : null));

    public void Shutdown(Session session, Shutdown shutdown)
    {
        if (shutdown.Grace > MaxGrace)
        {
            session.Refuse(shutdown.Id, ErrorCode.InvalidValue, $"the grace time is at most {MaxGrace} ms", MaxGrace, "grace");
            return;
        }
        session.Reply(new Ok(shutdown.Id));
        var why = shutdown.Back is null ? ByeCode.Shutdown : ByeCode.Restart;
        hub.ShutDown(new ShutdownOrder(TimeSpan.FromMilliseconds(shutdown.Grace), new Bye(why, shutdown.Reason, shutdown.Back)));
    }

    public void Backup(Session session, Backup backup)
    {
        if (backup.Path.StartsWith('/'))
            hub.Log.Do(new LogChore.Backup(backup.Path) { Asker = session, Id = backup.Id });
        else
            session.Refuse(backup.Id, ErrorCode.InvalidValue, "the path of a backup begins with /", field: "path");
    }

    public void Verify(Session session, Verify verify) => hub.Log.Do(new LogChore.Verification { Asker = session, Id = verify.Id });

    public void Erase(Session session, Erase erase)
    {
        if (hub.Rooms.Find(erase.Room) is not { } room)
            session.Refuse(erase.Id, ErrorCode.NoSuchRoom, "there is no such room", field: "room");
        else if (erase.Seq < room.Oldest || erase.Seq > room.Committed)
            session.Refuse(erase.Id, ErrorCode.NoSuchEntry, $"the room has no entry {erase.Seq}: its entries are {room.Oldest} to {room.Committed}", room.Committed, "seq");
        else
        {
            var erasure = new Erasure(erase.Room, erase.Seq);
            hub.Commits.Open.Add(erasure, new Debt(() => Erased(session, erase.Id, erasure), () => session.RefuseUnstored(erase.Id))
            {
                RoomRemoved = () => session.RefuseAsRemoved(erase.Id),
            });
        }
    }

    public void Retain(Session session, Retain retain)
    {
        if (hub.Rooms.Find(retain.Room) is not { } room)
            session.Refuse(retain.Id, ErrorCode.NoSuchRoom, "there is no such room", field: "room");
        else if (retain.DryRun)
            CountExpired(session, retain, room);
        else if (!retain.Change)
            session.Reply(Describe(retain.Id, room));
        else if (room.Committed == 0 && room != hub.Rooms.Lobby)
            session.Refuse(retain.Id, ErrorCode.NoSuchEntry, "nothing was said in this room yet, and so there is nothing to keep or not", field: "room");
        else
        {
            var keeps = LimitsOf(retain);
            room.ChangedBy = hub.Commits.Open.Number;
            hub.Retention.Changing(room);
            hub.Commits.Open.Add(new LogChange.LimitRoom(room.Record with { Keeps = keeps }), new Debt(
                () => Changed(session, retain.Id, room, keeps),
                () =>
                {
                    hub.Retention.NotChanged(room);
                    session.RefuseUnstored(retain.Id);
                })
            {
                RoomRemoved = () => session.RefuseAsRemoved(retain.Id),
            });
        }
    }

    public void AcceptTime(Session session, AcceptTime accept)
    {
        hub.DoubtTime(false);
        session.Reply(new Ok(accept.Id));
    }

    public void ChoreDone(LogChore chore, LogChoreResult result)
    {
        if (chore.Asker is null)
            // The server itself asked for the scrub; work that failed is repeated with the next one.
            return;
        if (result.Complaint is { } complaint)
            chore.Asker!.Refuse(chore.Id, result.Reason, complaint);
        else if (chore is LogChore.Verification)
            chore.Asker!.Reply(new Verified(chore.Id, result.Segments, result.Entries, result.Damaged));
        else if (chore is LogChore.FindExpired search)
            chore.Asker!.Reply(Count(search, result.Through));
        else
            chore.Asker!.Reply(new Ok(chore.Id));
    }

    /// <summary>
    /// Nobody can read the text any more, but the files may still hold it: the answer waits until they do not (CP-ADM-012).
    /// </summary>
    private void Erased(Session session, ulong id, Erasure erasure)
    {
        if (erasure.Complaint is { } complaint)
        {
            session.Refuse(id, ErrorCode.LogUnavailable, complaint);
            return;
        }
        if (hub.Rooms.Find(erasure.Room) is { } room)
            hub.FanOut.Erase(room, erasure.Seq);
        hub.Publishers.ForgetBody(erasure);
        hub.Log.Do(new LogChore.Scrub { Asker = session, Id = id });
    }

    private void Changed(Session session, ulong id, Room room, RetentionLimits? keeps)
    {
        room.Keeps = keeps;
        session.Reply(Describe(id, room));
        hub.Retention.Changed(room);
    }

    /// <summary>The log counts the entries that would expire, outside the hub's turn (CP-ADM-015).</summary>
    private void CountExpired(Session session, Retain retain, Room room)
    {
        if (retain.Change)
            session.Refuse(retain.Id, ErrorCode.InvalidValue, "a dry run changes nothing: leave change out", field: "dry-run");
        else if (room.Committed == 0 || LimitsOf(retain) is not { } keeps)
            session.Reply(new Retention(retain.Id, room.Oldest, retain.Age, retain.Count, retain.Bytes, 0));
        else
            hub.Log.Do(new LogChore.FindExpired(room.Id, keeps, (ulong)hub.Now) { Head = room.Committed, Oldest = room.Oldest, Asker = session, Id = retain.Id });
    }

    private Retention Count(LogChore.FindExpired search, ulong through)
    {
        var oldest = hub.Rooms.Find(search.Room)?.Oldest ?? search.Oldest;
        return new Retention(search.Id, oldest, search.Keeps.Age, search.Keeps.Count, search.Keeps.Bytes, through < oldest ? 0 : through - oldest + 1);
    }

    private static RetentionLimits? LimitsOf(Retain retain) =>
        (retain.Age ?? retain.Count ?? retain.Bytes) is null ? null : new RetentionLimits(retain.Age, retain.Count, retain.Bytes);

    private static Retention Describe(ulong id, Room room) => new(id, room.Oldest, room.Keeps?.Age, room.Keeps?.Count, room.Keeps?.Bytes);

    private bool Say(Session session, ulong id, Room room, Text text)
    {
        if (posts.Check(session, new AcceptedPost(id, room, hub.Principals.Server, text, Counters: null)) is not { } accepted)
            return false;
        posts.Append(session, accepted);
        return true;
    }

    private SessionListItem Describe(Session session) => new(
        session.Id, session.Principal?.Name ?? "", session.Peer.Address, session.Peer.Transport, (ulong)session.Rooms.Count,
        (ulong)session.Since, (ulong)(hub.Ticks - session.LastAsked), (ulong)session.Peer.Queued);
}
