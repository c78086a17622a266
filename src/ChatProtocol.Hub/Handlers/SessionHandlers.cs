using System.Globalization;

namespace ChatProtocol.Hub;

/// <summary>Hello, login, nick, quit and ping: the life of a session.</summary>
internal sealed class SessionHandlers(
    HubOptions options, HubClock clock, HubFigures figures, StepCounter steps, SlowWork slowWork, GroupCommit groupCommit, Publishers publishers, Principals principals,
    PresenceBoard presence, SessionRegistry sessions, HeldRequests held, BanBook book, BanHandlers bans) : IVerbHandlers
{
    /// <summary>The most reserved connections that one principal may have: enough to be reached, too few to take them all.</summary>
    private const int KeptForEach = 4;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Hello>(Permissions.None, Hello, VerbTime.LoggingIn),
        Verb.Of<Login>(Permissions.None, Login, VerbTime.LoggingIn, needs.Login),
        // The handler tells a principal without the right why.
        Verb.Of<Nick>(Permissions.See, Nick, wants: (_, nick) => needs.Name(nick.Name)),
        Verb.Of<Quit>(Permissions.None, Quit, VerbTime.Always),
        Verb.Of<Ping>(Permissions.None, Ping, VerbTime.Always),
    ];

    public void Hello(Session session, Hello hello)
    {
        if (session.State != SessionState.Open)
        {
            RefuseState(session, hello.Id, "hello was said already");
            return;
        }
        if (hello.Major != ProtocolVersion.Major)
        {
            // CP-SES-004: the error names the version that the server speaks, so that a client can say what it lacks.
            sessions.Close(session, new Error(hello.Id, ErrorCode.UnsupportedVersion,
                $"this server speaks version {ProtocolVersion.Major}, not {hello.Major.ToString(CultureInfo.InvariantCulture)}",
                Value: ProtocolVersion.Major, Field: "major"));
            return;
        }
        if (hello.Minor < ProtocolVersion.LowestMinor)
        {
            // CP-SES-027
            sessions.Close(session, new Error(hello.Id, ErrorCode.UnsupportedVersion,
                $"this server speaks version {ProtocolVersion.Major}.{ProtocolVersion.LowestMinor} and later; {ProtocolVersion.Major}.{hello.Minor.ToString(CultureInfo.InvariantCulture)} was never released: get a newer client",
                Value: ProtocolVersion.LowestMinor, Field: "minor"));
            return;
        }
        session.State = SessionState.Greeted;
        session.Reply(new Welcome(hello.Id, ProtocolVersion.Major, Math.Min(ProtocolVersion.Minor, hello.Minor), [], options.Server, options.Agent,
            LimitsOf(session), options.Durability, (ulong)clock.Now));
    }

    /// <summary>The limits told in welcome: the same for everybody except the rates of posts.</summary>
    private Limits LimitsOf(Session session)
    {
        if (!session.IsPaced)
            return options.Limits;
        var bounds = session.Source.Bounds;
        return options.Limits with
        {
            PostRate = InWhole(bounds.Posts, bounds.Posts.PerSecond),
            PostBurst = InWhole(bounds.Posts, bounds.Posts.Burst),
            PostBytes = InWhole(bounds.PostBytes, bounds.PostBytes.PerSecond),
        };
    }

    /// <summary>At least 1, for 0 means no bound.</summary>
    private static int InWhole(Rate rate, double value) => rate.IsUnlimited ? 0 : (int)Math.Clamp(value, 1, 1_000_000_000);

    public void Login(Session session, Login login)
    {
        if (session.State != SessionState.Greeted)
        {
            RefuseState(session, login.Id, session.IsReady ? "you are logged in already" : "say hello first");
            return;
        }
        session.Credential = login.Credential;
        TryLogIn(session, login);
        if (session.State is SessionState.Greeted or SessionState.Closed)
            figures.LoginRefused(login.Credential);
    }

    /// <summary>Begins a login; the state of the session says afterwards whether it was refused.</summary>
    private void TryLogIn(Session session, Login login)
    {
        if (session.Peer.IsOnTrial && !MayTakeKeptPlace(session, login))
        {
            sessions.Close(session, new Error(login.Id, ErrorCode.TooManyConnections,
                "the server is full, and keeps the last places for those who first posted more than a day ago; come back later", RetryAfter: 10_000));
            return;
        }
        if (!session.Allows(login.Id, ref session.Source.Logins, session.Source.Bounds.Logins, "logins"))
            return;
        session.HasInbox = login.Inbox;
        session.Window = login.Window;
        switch (login.Credential)
        {
            case CredentialKind.GuestKey when login.Secret.Length == 32:
            case CredentialKind.Address when session.Peer.HasNoKey:
                LogInGuest(session, login);
                break;
            case CredentialKind.LocalAdmin when session.Peer.IsAdmin:
                session.State = SessionState.LoggingIn;
                Welcome(session, login.Id, principals.Admin, login.Publisher);
                break;
            default:
                session.Refuse(login.Id, ErrorCode.BadCredential, login.Credential == CredentialKind.GuestKey
                    ? "a guest key has 32 bytes"
                    : "this kind of credential is not accepted here", field: "credential");
                break;
        }
    }

    /// <summary>The reserved connections are not for unknown principals (CP-SES-021).</summary>
    private bool MayTakeKeptPlace(Session session, Login login) => login.Credential switch
    {
        CredentialKind.LocalAdmin => session.Peer.IsAdmin,
        CredentialKind.GuestKey => principals.FindOwn(new UserName(login.Name), login.Secret.Span) is { } known
            && principals.IsOld(known, clock.Now) && known.Sessions < KeptForEach,
        _ => false,
    };

    private void LogInGuest(Session session, Login login)
    {
        steps.Add(StepCounter.OfName);
        var name = new UserName(login.Name);
        if (principals.FindOwn(name, login.Secret.Span) is null && principals.Validate(name) is { } refusal)
        {
            session.Refuse(login.Id, refusal.Reason, refusal.Text, field: "name");
            return;
        }
        if ((book.FindOrigin(session.Peer, clock.Now) ?? book.FindKey(login.Secret.Span, clock.Now)) is { } ban)
        {
            sessions.Close(session, bans.ToError(login.Id, ban));
            return;
        }
        if (login.Credential == CredentialKind.GuestKey && !principals.IsKnown(name, login.Secret.Span, clock.Now)
            && !session.Allows(login.Id, ref session.Source.Principals, session.Source.Bounds.Principals, "new names"))
            return;
        if (principals.LogIn(name, login.Secret.Span, clock.Now, groupCommit.Open, out var displaced) is not { } principal)
        {
            RefuseAsTaken(session, login.Id, name);
            return;
        }
        session.State = SessionState.LoggingIn;
        if (principal.IsStored || principal.IsEphemeral)
        {
            Welcome(session, login.Id, principal, login.Publisher);
            return;
        }
        // A new principal is durable before anybody hears of it, or its id might be given again (CP-SES-008). A second
        // session that comes meanwhile waits as well.
        sessions.Enter(session, principal);
        session.PublisherWanted = login.Publisher;
        principal.AwaitStored(groupCommit.Open, new CommitCallbacks(
            () => LoggedIn(session, login.Id, principal),
            () => NotLoggedIn(session, login.Id, principal, displaced)));
    }

    /// <summary>The principal is durable.</summary>
    private void LoggedIn(Session session, ulong id, Principal principal)
    {
        principal.IsStored = true;
        principal.StoredBy = null;
        FinishLogin(session, id, principal);
    }

    /// <summary>The login could not be stored, and its effects are taken back.</summary>
    private void NotLoggedIn(Session session, ulong id, Principal principal, Principal? displaced)
    {
        FailLogin(session, id, principal);
        principals.Remove(principal);
        if (displaced is not null)
            principals.GiveBack(displaced);
    }

    private void Welcome(Session session, ulong id, Principal principal, ReadOnlyMemory<byte>? publisher)
    {
        if (session.Principal is null)
            sessions.Enter(session, principal);
        if (publisher is { } wanted && publishers.EndedBy(principal, wanted) is { } end)
        {
            // The publisher begins anew once its end is durable (CP-DEL-010).
            session.PublisherWanted = publisher;
            end.Notify(new CommitCallbacks(() => FinishLogin(session, id, principal), () => FailLogin(session, id, principal)));
            return;
        }
        Principals.IsSeen(principal, clock.Now, groupCommit.Open);
        sessions.Begin(session);
        if (publisher is { } publisherId)
            session.Publisher = publishers.Claim(principal, publisherId, groupCommit.Open);
        TellWho(session, id);
    }

    /// <summary>The batch that the login waited for is durable.</summary>
    private void FinishLogin(Session session, ulong id, Principal principal)
    {
        if (session.IsClosed)
            return;
        Welcome(session, id, principal, session.PublisherWanted);
        held.Release(session);
    }

    /// <summary>The batch that the login waited for could not be stored: the session may log in again.</summary>
    private void FailLogin(Session session, ulong id, Principal principal)
    {
        figures.LoginRefused(session.Credential);
        sessions.Exit(session);
        if (session.IsClosed)
            return;
        session.Principal = null;
        session.State = SessionState.Greeted;
        session.RefuseUnstored(id);
        held.Release(session);
    }

    private static void TellWho(Session session, ulong id)
    {
        session.NameTold = session.Principal!.Name.Text;
        session.Reply(new LoggedIn(id, session.Id, session.Principal.Id, session.NameTold, session.Window));
    }

    public void Nick(Session session, Nick nick)
    {
        var principal = session.Principal!;
        if (!Rights.Of(principal).Include(Permissions.Rename))
        {
            session.Refuse(nick.Id, ErrorCode.BadName, "this name cannot be changed", field: "name");
            return;
        }
        // The rate is checked before the name is validated, which costs more than everything else here.
        if (!session.Allows(nick.Id, ref principal.Usage.Renames, session.Source.Bounds.Renames, "changes of name"))
            return;
        steps.Add(StepCounter.OfName);
        var name = new UserName(nick.Name);
        if (name.Text != principal.Name.Text && principals.Validate(name, principal) is { } refusal)
        {
            session.Refuse(nick.Id, refusal.Reason, refusal.Text, field: "name");
            return;
        }
        var oldName = principal.Name;
        if (!principals.TryRename(principal, name, clock.Now, groupCommit.Open, out var displaced))
        {
            RefuseAsTaken(session, nick.Id, name);
            return;
        }
        TellRenamed(principal, oldName.Text);
        if (principal.IsEphemeral)
            TellWho(session, nick.Id);
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
        TellWho(session, id);
        TellSessions(principal);
    }

    /// <summary>
    /// The rename could not be stored: the principal has its old name, and the previous holder of the new name has that
    /// back.
    /// </summary>
    private void NotRenamed(Session session, ulong id, Principal principal, UserName oldName, Principal? displaced)
    {
        var failedName = principal.Name;
        principals.UndoRename(principal, oldName);
        TellRenamed(principal, failedName.Text);
        // A session that logged in meanwhile was told the new name.
        TellSessions(principal);
        if (displaced is not null)
            principals.GiveBack(displaced);
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

    /// <summary>
    /// The answer for a present holder does not say when it leaves; an absent holder's name is held until a given time
    /// (CP-SES-025).
    /// </summary>
    private void RefuseAsTaken(Session session, ulong id, UserName name)
    {
        var until = principals.HeldUntil(name);
        var text = until is { } end
            ? $"the name {name} is held for somebody who has left, until {InWords(end)}; choose another name"
            : $"somebody else is called {name}; choose another name";
        session.Refuse(id, ErrorCode.NameTaken, text, value: (ulong?)until, field: "name");
    }

    private static string InWords(long time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

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

    /// <summary>Before login a request in the wrong order closes the connection: no later request could succeed (CP-STA-001).</summary>
    private void RefuseState(Session session, ulong id, string text)
    {
        if (session.IsReady)
            session.Refuse(id, ErrorCode.WrongState, text);
        else
            sessions.Close(session, new Error(id, ErrorCode.WrongState, text));
    }
}
