using System.Globalization;

namespace ChatProtocol.Hub;

/// <summary>Hello, login, nick, quit and ping: who is there.</summary>
internal sealed class SessionHandlers(HubState hub)
{
    public const int Major = 1;
    public const int Minor = 0;

    public void Hello(Session session, Hello hello)
    {
        if (session.State != SessionState.Open)
        {
            RefuseState(session, hello.Id, "hello was said already");
            return;
        }
        if (hello.Major != Major)
        {
            // CP-SES-004: the one that is spoken is told, so that a client can say what it lacks.
            hub.Close(session, new Error(hello.Id, ErrorCode.UnsupportedVersion,
                $"this server speaks version {Major}, not {hello.Major.ToString(CultureInfo.InvariantCulture)}", Value: Major, Field: "major"));
            return;
        }
        session.State = SessionState.Greeted;
        session.Reply(new Welcome(hello.Id, Major, Math.Min(Minor, hello.Minor), [], hub.Options.Server, hub.Options.Agent,
            hub.Options.Limits, hub.Options.Durability, hub.Now));
    }

    public void Login(Session session, Login login)
    {
        if (session.State != SessionState.Greeted)
        {
            RefuseState(session, login.Id, session.IsReady ? "you are logged in already" : "say hello first");
            return;
        }
        session.HasInbox = login.Inbox;
        session.Window = login.Window;
        switch (login.Credential)
        {
            case CredentialKind.GuestKey when login.Secret.Length == 32:
            case CredentialKind.Address when session.Peer.IsLegacy:
                LogInGuest(session, login);
                break;
            case CredentialKind.LocalAdmin when session.Peer.IsAdmin:
                session.State = SessionState.LoggingIn;
                Welcome(session, login.Id, hub.Principals.Admin, login.Publisher);
                break;
            default:
                session.Refuse(login.Id, ErrorCode.BadCredential, login.Credential == CredentialKind.GuestKey
                    ? "a guest key has 32 bytes"
                    : "this kind of credential is not accepted here", field: "credential");
                break;
        }
    }

    private void LogInGuest(Session session, Login login)
    {
        if (ComplainOfName(login.Name) is { } complaint)
        {
            session.Refuse(login.Id, ErrorCode.BadName, complaint, field: "name");
            return;
        }
        if (hub.Principals.LogIn(login.Name, login.Secret.Span, hub.Now, hub.Commits.Open, out var displaced) is not { } principal)
        {
            session.Refuse(login.Id, ErrorCode.NameTaken, $"somebody else is called {login.Name}; choose another name", field: "name");
            return;
        }
        session.State = SessionState.LoggingIn;
        if (principal.IsStored || principal.IsPassing)
        {
            Welcome(session, login.Id, principal, login.Publisher);
            return;
        }
        // A new principal is durable before anybody hears of it, or its id might be given again (CP-SES-008). A second
        // session that comes meanwhile waits as well.
        session.Principal = principal;
        principal.Sessions.Add(session);
        session.PublisherWanted = login.Publisher;
        hub.Commits.Await(new WaitingLogin(session, login.Id, principal, IsNew: true, OldName: null, displaced));
    }

    /// <summary>A login or a change of name is durable.</summary>
    public void Stored(WaitingLogin login)
    {
        login.Principal.IsStored = true;
        if (login.Session.IsClosed)
            return;
        if (login.IsNew)
            Welcome(login.Session, login.Id, login.Principal, login.Session.PublisherWanted);
        else
            TellWho(login.Session, login.Id);
    }

    /// <summary>Takes back what a login or a change of name did that could not be stored.</summary>
    public void Undo(WaitingLogin login)
    {
        if (login.OldName is { } oldName)
            UndoNick(login.Principal, oldName);
        else
            UndoLogin(login);
        if (login.Displaced is { } displaced)
            hub.Principals.GiveBack(displaced);
    }

    /// <summary>A login or a change of name could not be stored: all is as it was.</summary>
    public static void NotStored(WaitingLogin login) => HubState.RefuseUnstored(login.Session, login.Id);

    private void UndoLogin(WaitingLogin login)
    {
        login.Principal.Sessions.Remove(login.Session);
        hub.Principals.Remove(login.Principal);
        if (login.Session.IsClosed)
            return;
        login.Session.Principal = null;
        login.Session.State = SessionState.Greeted;
    }

    private void UndoNick(Principal principal, string oldName)
    {
        var failedName = principal.Name;
        hub.Principals.UndoRename(principal, oldName);
        TellRenamed(principal, failedName);
    }

    private void Welcome(Session session, ulong id, Principal principal, ReadOnlyMemory<byte>? publisher)
    {
        if (session.Principal is null)
            principal.Sessions.Add(session);
        session.Principal = principal;
        session.State = SessionState.Ready;
        if (publisher is { } publisherId)
            session.Publisher = hub.Publishers.Claim(session, publisherId);
        TellWho(session, id);
    }

    private static void TellWho(Session session, ulong id) =>
        session.Reply(new LoggedIn(id, session.Id, session.Principal!.Id, session.Principal.Name, session.Window));

    public void Nick(Session session, Nick nick)
    {
        var principal = session.Principal!;
        if (principal.Role != Role.Guest || ComplainOfName(nick.Name) is not null)
        {
            session.Refuse(nick.Id, ErrorCode.BadName, ComplainOfName(nick.Name) ?? "this name cannot be changed", field: "name");
            return;
        }
        var oldName = principal.Name;
        if (!hub.Principals.TryRename(principal, nick.Name, hub.Now, hub.Commits.Open, out var displaced))
        {
            session.Refuse(nick.Id, ErrorCode.NameTaken, $"somebody else is called {nick.Name}; choose another name", field: "name");
            return;
        }
        TellRenamed(principal, oldName);
        if (principal.IsPassing)
            TellWho(session, nick.Id);
        else
            hub.Commits.Open.Logins.Add(new WaitingLogin(session, nick.Id, principal, IsNew: false, oldName, displaced));
    }

    private void TellRenamed(Principal principal, string shownName)
    {
        foreach (var room in principal.Sessions.SelectMany(s => s.Rooms.Values).Select(m => m.Room).Distinct())
            hub.Presence.Renamed(room, principal, shownName, hub.Now);
    }

    /// <summary>The answer to quit comes behind all others, so it may have to wait for them (CP-SES-012).</summary>
    public void Quit(Session session, Quit quit)
    {
        session.Quit = quit;
        hub.Quitting.Add(session);
    }

    /// <summary>Ends the sessions that have quit and got the replies to all they had asked before (CP-SES-012).</summary>
    public void EndQuits()
    {
        if (hub.Quitting.Count > 0)
            hub.Quitting.RemoveAll(session => session.IsClosed || TryEnd(session));
    }

    private bool TryEnd(Session session)
    {
        // One is the quit itself.
        if (session.Unanswered > 1)
            return false;
        hub.Publishers.End(session, hub.Commits.Open);
        hub.Close(session, new Ok(session.Quit!.Id));
        return true;
    }

    /// <summary>Before login nothing good can follow from a wrong order, so the connection closes (CP-STA-001).</summary>
    private void RefuseState(Session session, ulong id, string text)
    {
        if (session.IsReady)
            session.Refuse(id, ErrorCode.WrongState, text);
        else
            hub.Close(session, new Error(id, ErrorCode.WrongState, text));
    }

    private static string? ComplainOfName(string name) =>
        Names.Complain(name) ?? (Principals.IsReserved(name) ? $"the name {name} is reserved" : null);
}
