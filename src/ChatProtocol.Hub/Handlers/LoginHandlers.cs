using System.Globalization;

namespace ChatProtocol.Hub;

/// <summary>Hello and login: how a session begins.</summary>
internal sealed class LoginHandlers(
    HubOptions options, HubClock clock, HubFigures figures, StepCounter steps, GroupCommit groupCommit, Publishers publishers, Principals principals,
    SessionRegistry sessions, HeldRequests held, BanBook book, BanHandlers bans, AccountLogins accounts) : IVerbHandlers
{
    /// <summary>The most reserved connections that one principal may have: enough to be reached, too few to take them all.</summary>
    private const int KeptForEach = 4;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Hello>(Permissions.None, Hello, VerbTime.LoggingIn),
        Verb.Of<Login>(Permissions.None, Login, VerbTime.LoggingIn, needs.Login),
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
        session.Reply(new Welcome(hello.Id, ProtocolVersion.Major, Math.Min(ProtocolVersion.Minor, hello.Minor),
            [.. Capability.All.Intersect(hello.Capabilities)], options.Server, options.Agent, LimitsOf(session), options.Durability, (ulong)clock.Now));
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
        session.PublisherWanted = login.Publisher;
        // A token is left from a login before, if that could not be stored.
        session.Token = null;
        switch (login.Credential)
        {
            case CredentialKind.GuestKey when login.Secret.Length == 32:
            case CredentialKind.Address when session.Peer.HasNoKey:
                LogInGuest(session, login);
                break;
            case CredentialKind.Password:
                accounts.LogInByPassword(session, login, principal => FinishLogin(session, login.Id, principal));
                break;
            case CredentialKind.Token:
                accounts.LogInByToken(session, login, principal => FinishLogin(session, login.Id, principal));
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
        // A wrong credential is refused, and the place lost with it.
        CredentialKind.Password or CredentialKind.Token => true,
        _ => false,
    };

    private void LogInGuest(Session session, Login login)
    {
        if (!session.Peer.LetsGuestsIn)
        {
            session.Refuse(login.Id, ErrorCode.BadCredential, "guests are not let in here: log in to an account, or register with an invitation", field: "credential");
            return;
        }
        steps.Add(StepCounter.OfName);
        var name = new UserName(login.Name);
        if (principals.FindOwn(name, login.Secret.Span) is null && principals.Names.Validate(name) is { } refusal)
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
            NameRefusals.RefuseAsTaken(session, login.Id, principals, name);
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
            principals.Names.GiveBack(displaced);
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

    public static void TellWho(Session session, ulong id)
    {
        session.NameTold = session.Principal!.Name.Text;
        session.Reply(new LoggedIn(id, session.Id, session.Principal.Id, session.NameTold, session.Window));
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
