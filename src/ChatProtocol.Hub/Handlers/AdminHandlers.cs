namespace ChatProtocol.Hub;

/// <summary>The admins' requests about sessions, and about the server itself.</summary>
internal sealed class AdminHandlers(
    HubOptions options, HubClock clock, HubStatus status, StepCounter steps, SlowWork slowWork, GroupCommit groupCommit, Principals principals,
    RoomDirectory directory, SessionRegistry registry, RoomHandlers rooms, PostHandlers posts, AuditTrail audit, Action<Session, Request> again,
    Action<ShutdownOrder> shutDown) : IVerbHandlers
{
    /// <summary>The most items of one answer, each of 512 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 512);

    /// <summary>A day, in milliseconds.</summary>
    private const int MaxGrace = 86_400_000;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfLong<Sessions>(Permissions.Observe, Sessions, audit: _ => AuditSubject.Reading),
        // Asked for all the time, and of nobody.
        Verb.Of<Status>(Permissions.Observe, Status, audit: _ => null),
        Verb.Of<Kick>(Permissions.Moderate, Kick, audit: kick => new AuditSubject(kick.Name, kick.Session, Reason: kick.Reason)),
        Verb.Of<Tell>(Permissions.Announce, Tell, wants: (_, tell) => needs.FromServer(tell.Name), audit: tell => new AuditSubject(tell.Name)),
        Verb.Of<Broadcast>(Permissions.Announce, Broadcast, audit: _ => AuditSubject.Nobody),
        Verb.Of<AcceptTime>(Permissions.Operate, AcceptTime, audit: _ => AuditSubject.Nobody),
        Verb.Of<Shutdown>(Permissions.Operate, Shutdown, audit: shutdown => new AuditSubject(Reason: shutdown.Reason)),
    ];

    public void Sessions(Session session, Sessions sessions)
    {
        var items = steps.ListOf(_maxItems, registry.All.After(sessions.After), registry.Describe, out var more);
        session.Reply(new SessionList(sessions.Id, items, more));
    }

    public void Kick(Session session, Kick kick)
    {
        if (kick.Session is null == kick.Name is null)
        {
            session.Refuse(kick.Id, ErrorCode.InvalidValue, "give a session or a name", field: "session");
            return;
        }
        var kicked = Find(kick);
        if (kicked.Length == 0)
        {
            session.Refuse(kick.Id, kick.Session is null ? ErrorCode.NoSuchUser : ErrorCode.NoSuchSession,
                kick.Session is { } id ? $"there is no connection {id}" : $"nobody called {kick.Name} is here");
            return;
        }
        // CP-ACC-035
        if (kicked.FirstOrDefault(one => one != session && one.Principal is { } other && !Rights.Outranks(session.Principal!, other)) is { } above)
        {
            session.Refuse(kick.Id, ErrorCode.Denied, $"only who is above {above.Principal!.Name} may do this");
            return;
        }
        audit.RecordFirst(session, kick.Id, () =>
        {
            // The answer first: an admin may kick himself.
            session.Reply(new Ok(kick.Id));
            slowWork.BeginForAdmin(Close(kicked, new Bye(ByeCode.Kicked, kick.Reason, null)));
        });
    }

    private Session[] Find(Kick kick) => kick.Session is { } number
        ? registry.All.Find(number) is { } one ? [one] : []
        : principals.FindHolder(new UserName(kick.Name!), clock.Now) is { } holder ? [.. registry.Of(holder)] : [];

    private IEnumerable<bool> Close(IEnumerable<Session> sessions, Bye last)
    {
        foreach (var session in sessions)
        {
            registry.Close(session, last);
            yield return true;
        }
    }

    public void Tell(Session session, Tell tell)
    {
        if (principals.FindHolder(new UserName(tell.Name), clock.Now) is not { IsPresent: true } to || Rights.Of(to).Include(Permissions.Immune))
        {
            session.Refuse(tell.Id, ErrorCode.NoSuchUser, $"nobody called {tell.Name} is here", field: "name");
            return;
        }
        if (rooms.Between(session, tell.Id, principals.Server, to, () => again(session, tell)) is { } room)
            Say(session, tell.Id, room, tell.Text);
    }

    /// <summary>Once the entry is durable, sessions outside the lobby are told of it as well (CP-ADM-006).</summary>
    public void Broadcast(Session session, Broadcast broadcast)
    {
        if (!Say(session, broadcast.Id, directory.Lobby, broadcast.Text))
            return;
        var notice = new Notice(directory.Lobby.LastTime, broadcast.Text);
        groupCommit.Open.Notify(new CommitCallbacks(() => slowWork.BeginForAdmin(Tell(notice)), () => { }));
    }

    private IEnumerable<bool> Tell(Notice notice)
    {
        foreach (var session in registry.All.After(0))
        {
            if (session.IsReady && !session.Rooms.ContainsKey(directory.Lobby.Id))
                session.Reply(notice);
            yield return true;
        }
    }

    public void Status(Session session, Status asked)
    {
        var figures = options.Measure?.Invoke();
        session.Reply(new StatusReport(
            asked.Id, options.Agent, (ulong)clock.Started, (ulong)status.Figures.Sessions, (ulong)status.Figures.Rooms, (ulong)status.Figures.Posts,
            (ulong)status.Figures.QueuedBytes, status.Free, status.Floor,
            clock.Wall.Offset > 0 ? (ulong)clock.Wall.Offset : null, clock.Wall.Offset < 0 ? (ulong)-clock.Wall.Offset : null, status.Certificate?.ToString(),
            (ulong)registry.All.Count, figures?.Capacity, (ulong)status.Figures.EntriesSent, status.Commits.Count, Microseconds(status.Commits.Total),
            Microseconds(status.Commits.SlowestAt(clock.Ticks)), figures?.Memory, status.CertificateEnd, audit.Extent.Head.ToString()));
    }

    private static ulong Microseconds(TimeSpan span) => (ulong)span.TotalMicroseconds;

    public void Shutdown(Session session, Shutdown shutdown)
    {
        if (shutdown.Grace > MaxGrace)
        {
            session.Refuse(shutdown.Id, ErrorCode.InvalidValue, $"the grace time is at most {MaxGrace} ms", MaxGrace, "grace");
            return;
        }
        // Its record goes with what is stored before the end; a disk that takes nothing any more keeps no server up.
        session.Reply(new Ok(shutdown.Id));
        var why = shutdown.Back is null ? ByeCode.Shutdown : ByeCode.Restart;
        shutDown(new ShutdownOrder(TimeSpan.FromMilliseconds(shutdown.Grace), new Bye(why, shutdown.Reason, shutdown.Back)));
    }

    public void AcceptTime(Session session, AcceptTime accept) => audit.RecordFirst(session, accept.Id, () =>
    {
        clock.Confirm();
        session.Reply(new Ok(accept.Id));
    });

    private bool Say(Session session, ulong id, Room room, Text text)
    {
        if (posts.Check(session, new AcceptedPost(id, room, principals.Server, text, Counters: null)) is not { } accepted)
            return false;
        posts.Append(session, accepted);
        audit.Record(session, id);
        return true;
    }
}
