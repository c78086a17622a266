namespace ChatProtocol.Hub;

/// <summary>The sessions, from their connection to their end, with the principals and the rooms that they are in.</summary>
internal sealed class SessionRegistry(
    HubClock clock, HubFigures figures, StepCounter steps, SourceAddresses sources, GroupCommit groupCommit, Publishers publishers, Principals principals, RoomDirectory rooms,
    PresenceBoard presence, LongReplies longReplies)
{
    private static readonly List<Session> None = [];

    private readonly Dictionary<ulong, List<Session>> _ofPrincipals = [];
    private ulong _last;

    /// <summary>The sessions, by number.</summary>
    public IdMap<Session> All { get; } = new();

    /// <summary>Sessions that have quit and got every other reply.</summary>
    public List<Session> Quitting { get; } = [];

    /// <summary>The sessions of a principal behind a number, by ascending number; not to be kept, as it changes.</summary>
    public IEnumerable<Session> Of(Principal principal, ulong after)
    {
        var all = Of(principal);
        var (low, high) = (0, all.Count);
        while (low < high)
            if (all[(low + high) / 2].Id <= after)
                low = (low + high) / 2 + 1;
            else
                high = (low + high) / 2;
        return all.Skip(low);
    }

    /// <summary>The sessions of a principal; not to be kept, as it changes.</summary>
    public IReadOnlyList<Session> Of(Principal principal) => _ofPrincipals.GetValueOrDefault(principal.Id, None);

    /// <summary>A connection was made.</summary>
    public Session Connect(IPeer peer)
    {
        var session = new Session(++_last, peer, sources.Enter(peer.Origin), clock, figures, steps, Quitting);
        All.Set(session.Id, session);
        return session;
    }

    /// <summary>A session belongs to a principal, whose name is in use from here on.</summary>
    public void Enter(Session session, Principal principal)
    {
        session.Principal = principal;
        if (!_ofPrincipals.TryGetValue(principal.Id, out var siblings))
            _ofPrincipals.Add(principal.Id, siblings = new List<Session>(1));
        // By ascending number, in which they nearly always come.
        var at = siblings.Count;
        while (at > 0 && siblings[at - 1].Id > session.Id)
            at--;
        siblings.Insert(at, session);
        principals.Enter(principal);
    }

    /// <summary>A session belongs to its principal no more; one that has none is ignored.</summary>
    public void Exit(Session session)
    {
        if (session.Principal is not { } principal || !_ofPrincipals.TryGetValue(principal.Id, out var siblings) || !siblings.Remove(session))
            return;
        if (siblings.Count == 0)
            _ofPrincipals.Remove(principal.Id);
        principals.Exit(principal);
    }

    /// <summary>A session is logged in.</summary>
    public void Begin(Session session)
    {
        session.State = SessionState.Ready;
        figures.Sessions++;
        figures.LoginAccepted(session.Credential);
    }

    /// <summary>A member is in its room.</summary>
    public void Enter(Member member)
    {
        member.Session.Rooms.Add(member.Room.Id, member);
        member.Room.Members.Add(member);
        rooms.MarkUsed(member.Room);
        if (member.Session.IsPresent)
            presence.Enter(member.Room, member.Session.Principal!, clock.Ticks);
    }

    /// <summary>A session that only listened so far counts from now on in the presence of its rooms.</summary>
    public void Show(Session session)
    {
        if (session.IsPresent)
            return;
        session.IsPresent = true;
        foreach (var member in session.Rooms.Values)
            presence.Enter(member.Room, session.Principal!, clock.Ticks);
    }

    /// <summary>A member is in its room no more.</summary>
    public void Exit(Member member)
    {
        steps.Add();
        member.IsGone = true;
        member.Turn.List?.Remove(member.Turn);
        member.Invitation?.List?.Remove(member.Invitation);
        member.Session.Rooms.Remove(member.Room.Id);
        member.Room.Members.Remove(member);
        if (member.Session.IsPresent)
            presence.Exit(member.Room, member.Session.Principal!, clock.Ticks);
        rooms.RemoveIfUnused(member.Room);
    }

    /// <summary>Ends a session: a last frame, then nothing more in either direction.</summary>
    public void Close(Session session, Frame? last)
    {
        if (session.IsClosed)
            return;
        if (last is Error error)
            figures.Refused(error.Reason);
        if (last is not null)
            session.Tap?.Add(Direction.ToClient, last);
        session.Peer.Close(last);
        Forget(session);
    }

    /// <summary>
    /// A connection is gone: its session is forgotten, at once, or when its delayed posts are stored; until then it is in no room.
    /// </summary>
    public void Disconnect(Session session)
    {
        if (session.Delayed is null || session.IsClosed)
        {
            Forget(session);
            return;
        }
        session.IsGone = true;
        foreach (var member in session.Rooms.Values.ToList())
            Exit(member);
    }

    /// <summary>Removes a session from all state; its connection is gone or about to go.</summary>
    public void Forget(Session session)
    {
        if (session.IsClosed)
            return;
        if (session.IsReady)
            figures.Sessions--;
        session.State = SessionState.Closed;
        All.Remove(session.Id);
        // Without sessions nobody counts any more.
        if (All.Count == 0)
            figures.QueuedBytes = 0;
        session.Tap?.End();
        session.Trace?.Stop();
        longReplies.Forget(session);
        sources.Leave(session.Source, clock.Ticks);
        session.Delayed = null;
        foreach (var member in session.Rooms.Values.ToList())
            Exit(member);
        if (session.Publisher is { } claim)
            publishers.Release(claim, clock.Now);
        if (session.Principal is not { } principal)
            return;
        Exit(session);
        if (principal.IsPresent || principal.IsBuiltIn)
            return;
        principal.LastSeen = clock.Now;
        if (principal.HasNoKey)
            principals.Blocks.Forget(principal);
        if (principal.IsEphemeral)
            principals.Remove(principal);
        else
            principal.KeepIn(groupCommit.Open, principals.Names.Holds(principal));
    }

    /// <summary>A session as lists show it.</summary>
    public SessionListItem Describe(Session session) => new(
        session.Id, session.Principal?.Name.Text ?? "", session.Peer.Address, session.Peer.Transport, (ulong)session.Rooms.Count,
        (ulong)session.Since, (ulong)(clock.Ticks - session.LastAsked), (ulong)session.Peer.Queued);
}
