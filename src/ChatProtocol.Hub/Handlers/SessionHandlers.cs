namespace ChatProtocol.Hub;

/// <summary>Nick, quit and ping: what a session is asked for until its end.</summary>
internal sealed class SessionHandlers(
    HubClock clock, StepCounter steps, SlowWork slowWork, GroupCommit groupCommit, Publishers publishers, Principals principals,
    PresenceBoard presence, SessionRegistry sessions) : IVerbHandlers
{
    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        // The handler tells a principal without the right why.
        Verb.Of<Nick>(Permissions.None, Nick, wants: (_, nick) => needs.Name(nick.Name)),
        Verb.Of<Quit>(Permissions.None, Quit, VerbTime.Always),
        Verb.Of<Ping>(Permissions.None, Ping, VerbTime.Always),
    ];

    public void Nick(Session session, Nick nick)
    {
        var principal = session.Principal!;
        if (!session.Permissions.Include(Permissions.Rename))
        {
            if (session.Token is null)
                session.Refuse(nick.Id, ErrorCode.BadName, "this name cannot be changed", field: "name");
            else
                session.Refuse(nick.Id, ErrorCode.Denied, Rights.Explain(principal, Permissions.Rename, session.Token));
            return;
        }
        // The rate is checked before the name is validated, which costs more than everything else here.
        if (!session.Allows(nick.Id, ref principal.Usage.Renames, session.Source.Bounds.Renames, "changes of name"))
            return;
        steps.Add(StepCounter.OfName);
        var name = new UserName(nick.Name);
        if (name.Text != principal.Name.Text && principals.Names.Validate(name, principal) is { } refusal)
        {
            session.Refuse(nick.Id, refusal.Reason, refusal.Text, field: "name");
            return;
        }
        var oldName = principal.Name;
        if (!principals.TryRename(principal, name, clock.Now, groupCommit.Open, out var displaced))
        {
            NameRefusals.RefuseAsTaken(session, nick.Id, principals, name);
            return;
        }
        TellRenamed(principal, oldName.Text);
        if (principal.IsEphemeral)
            LoginHandlers.TellWho(session, nick.Id);
        else
            groupCommit.Open.Notify(new CommitCallbacks(
                () => Renamed(session, nick.Id, principal),
                () => NotRenamed(session, nick.Id, principal, oldName, displaced)));
    }

    /// <summary>The name is durable.</summary>
    private void Renamed(Session session, ulong id, Principal principal)
    {
        principal.IsStored = true;
        if (session.IsClosed)
            return;
        LoginHandlers.TellWho(session, id);
        TellSessions(principal);
    }

    /// <summary>
    /// The rename could not be stored: the principal has its old name, and the previous holder of the new name has that
    /// back.
    /// </summary>
    private void NotRenamed(Session session, ulong id, Principal principal, UserName oldName, Principal? displaced)
    {
        var failedName = principal.Name;
        principals.Names.Rename(principal, oldName);
        TellRenamed(principal, failedName.Text);
        // A session that logged in meanwhile was told the new name.
        TellSessions(principal);
        if (displaced is not null)
            principals.Names.GiveBack(displaced);
        session.RefuseUnstored(id);
    }

    /// <summary>
    /// Tells the principal's other sessions its name (CP-NAM-020); once more if the name changes meanwhile, however often.
    /// </summary>
    private void TellSessions(Principal principal)
    {
        principal.IsNameNew = true;
        if (principal.IsNameTold)
            return;
        principal.IsNameTold = true;
        slowWork.Begin(TellSessionsSlowly(principal));
    }

    private IEnumerable<bool> TellSessionsSlowly(Principal principal)
    {
        while (principal.IsNameNew)
        {
            principal.IsNameNew = false;
            foreach (var session in sessions.Of(principal).ToArray())
            {
                if (session.IsReady && session.NameTold != principal.Name.Text)
                {
                    session.NameTold = principal.Name.Text;
                    session.Reply(new Renamed(session.NameTold));
                }
                yield return true;
            }
        }
        principal.IsNameTold = false;
    }

    private void TellRenamed(Principal principal, string shownName)
    {
        principal.IsRenamed = true;
        if (principal.IsRenameTold)
            return;
        principal.IsRenameTold = true;
        slowWork.Begin(TellRenamedSlowly(principal, shownName));
    }

    /// <summary>Tells every room of every session; once more if the name changes meanwhile, however often.</summary>
    private IEnumerable<bool> TellRenamedSlowly(Principal principal, string shownName)
    {
        while (principal.IsRenamed)
        {
            principal.IsRenamed = false;
            var name = principal.Name.Text;
            foreach (var member in sessions.Of(principal).ToArray().SelectMany(session => session.Rooms.Values.ToArray()))
            {
                presence.Renamed(member.Room, principal, shownName, clock.Ticks);
                yield return true;
            }
            shownName = name;
        }
        principal.IsRenameTold = false;
    }

    public static void Ping(Session session, Ping ping) => session.Reply(new Pong(ping.Id));

    /// <summary>The answer to quit comes behind all others, so it may have to wait for them (CP-SES-012).</summary>
    public void Quit(Session session, Quit quit)
    {
        session.Quit = quit;
        // The quit itself is one of the unanswered requests.
        if (session.Unanswered == 1)
            sessions.Quitting.Add(session);
    }

    /// <summary>Ends the sessions that have quit and got the replies to all they had asked before (CP-SES-012).</summary>
    public void EndQuits()
    {
        // By index, as ending one session may end another.
        for (var i = 0; i < sessions.Quitting.Count; i++)
            End(sessions.Quitting[i]);
        sessions.Quitting.Clear();
    }

    private void End(Session session)
    {
        if (session.IsClosed)
            return;
        if (session.Publisher is { } claim)
            publishers.End(claim, groupCommit.Open);
        sessions.Close(session, new Ok(session.Quit!.Id));
    }
}
