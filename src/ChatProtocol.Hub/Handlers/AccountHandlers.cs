namespace ChatProtocol.Hub;

/// <summary>Account, change-password, delete-account, own-sessions, end-session: what a user does with its own account.</summary>
internal sealed class AccountHandlers(
    HubOptions options, StepCounter steps, GroupCommit groupCommit, Principals principals, AccountLookup lookup, InvitationHandlers invitations,
    PasswordGate gate, SessionRegistry sessions, SignOuts signOuts) : IVerbHandlers
{
    /// <summary>The most items of one answer, each of 512 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 512);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfAccount<ChatProtocol.Account>(Permissions.SeeAccounts, (_, account) => account.Name is not null, Account, (_, account) => account.Name is null ? null : new AuditSubject(account.Name, IsRead: true), (_, account) => needs.Name(account.Name), mayToken: (_, _) => true),
        Verb.Of<ChangePassword>(Permissions.OwnAccount, ChangePassword, audit: _ => AuditSubject.Nobody),
        Verb.OfAccount<DeleteAccount>(Permissions.ManageAccounts, (_, delete) => delete.Name is not null, DeleteAccount, (_, delete) => new AuditSubject(delete.Name), (_, delete) => needs.Name(delete.Name)),
        Verb.OfLong<OwnSessions>(Permissions.OwnSessions, OwnSessions),
        Verb.Of<EndSession>(Permissions.OwnSessions, EndSession),
    ];

    public void Account(Session session, ChatProtocol.Account asked)
    {
        if (lookup.Find(session, asked.Id, asked.Name) is not { Account: { } account } principal)
            return;
        var record = account.Record;
        session.Reply(new AccountInfo(asked.Id, principal.Id, principal.Name.Text, (int)record.Role, (ulong)record.Made, record.IsDisabled,
            (ulong)principal.Sessions, (ulong)account.Tokens.Count));
    }

    public void ChangePassword(Session session, ChangePassword change)
    {
        var principal = session.Principal!;
        var account = principal.Account!;
        gate.TryCheck(session, change.Id, principal.Name, change.Old, principal, (result, number) =>
        {
            if (!result.IsRight)
                RefuseOld(session, change.Id);
            else
                gate.TryMake(session, change.Id, change.Password, principal, hash => Store(session, change.Id, principal, account, number, hash));
        });
    }

    private static void RefuseOld(Session session, ulong id) => session.Refuse(id, ErrorCode.LoginFailed, "the present password is wrong", field: "old");

    /// <summary>A request of a connection that was ended meanwhile is not carried out: its credential may be no longer good.</summary>
    private void Store(Session session, ulong id, Principal principal, UserAccount account, int number, ReadOnlyMemory<byte> hash)
    {
        if (session.IsClosed)
            return;
        if (principal.Account != account || !account.IsStored)
        {
            session.Refuse(id, ErrorCode.NoSuchUser, "the account was deleted meanwhile");
            return;
        }
        // Another new password may have come first.
        if (account.LatestPassword != number)
        {
            RefuseOld(session, id);
            return;
        }
        principal.ChangeAccount(groupCommit.Open, record => record with { Password = hash },
            _ => signOuts.End(principal, other => other != session && other.Credential == CredentialKind.Password, "the password was changed",
                () => session.Reply(new Ok(id))),
            () => session.RefuseUnstored(id));
    }

    public void DeleteAccount(Session session, DeleteAccount delete)
    {
        if (delete.Name is null && delete.Password is null)
            session.Refuse(delete.Id, ErrorCode.InvalidValue, "give the password", field: "password");
        else if (lookup.Find(session, delete.Id, delete.Name) is not { Account: { } account } principal)
            return;
        else if (delete.Name is not null && !Rights.Outranks(session.Principal!, principal))
            session.Refuse(delete.Id, ErrorCode.Denied, $"only who is above {principal.Name} may delete its account");
        else if (delete.Name is not null)
            Delete(session, delete.Id, principal, account);
        else
            gate.TryCheck(session, delete.Id, principal.Name, delete.Password!.Value, principal, (result, _) =>
            {
                if (!result.IsRight)
                    session.Refuse(delete.Id, ErrorCode.LoginFailed, "the password is wrong", field: "password");
                else if (principals.Accounts.IsLastOwner(account.Record))
                    session.Refuse(delete.Id, ErrorCode.Denied, "you are the last owner: make another one first");
                else
                    Delete(session, delete.Id, principal, account);
            });
    }

    /// <summary>From here on nobody can log in to it. The principal stays, for what it said and is in, without a name of its own.</summary>
    private void Delete(Session session, ulong id, Principal principal, UserAccount account)
    {
        if (principal.Account != account || !account.IsStored)
        {
            session.Refuse(id, ErrorCode.NoSuchUser, "the account was deleted meanwhile");
            return;
        }
        var batch = groupCommit.Open;
        var record = account.Record;
        session.FindAct(id)?.Changes(record.InWords, "");
        (account.IsStored, account.IsEnding) = (false, true);
        principals.Accounts.Leaves(record);
        invitations.EndAll(principal);
        batch.Add(new LogChange.EndAccount(principal.Id), new CommitCallbacks(
            () =>
            {
                principals.Accounts.HasLeft(record);
                principals.Accounts.Changed(account.Record, null);
                invitations.Forget(principal.Id);
                signOuts.End(principal, other => other != session, "the account was deleted", () => Deleted(session, id, principal, account));
            },
            () =>
            {
                (account.IsStored, account.IsEnding) = (true, false);
                principals.Accounts.HasLeft(record);
                session.RefuseUnstored(id);
            }));
        principal.KeepIn(batch);
    }

    private void Deleted(Session session, ulong id, Principal principal, UserAccount account)
    {
        if (principal.Account == account)
        {
            principals.EndAccount(principal, keyHash: default);
            principals.ReleaseNameOf(principal, groupCommit.Open);
        }
        session.Reply(new Ok(id));
        if (session.Principal == principal)
            sessions.Close(session, new Bye(ByeCode.SignedOut, "the account was deleted", null));
    }

    public void OwnSessions(Session session, OwnSessions asked)
    {
        var items = steps.ListOf(_maxItems, sessions.Of(session.Principal!, asked.After), sessions.Describe, out var more);
        session.Reply(new SessionList(asked.Id, items, more));
    }

    /// <summary>The answer first: a session may end itself.</summary>
    public void EndSession(Session session, EndSession end)
    {
        if (sessions.All.Find(end.Session) is not { } other || other.Principal != session.Principal)
        {
            session.Refuse(end.Id, ErrorCode.NoSuchSession, $"you have no session {end.Session}", field: "session");
            return;
        }
        session.Reply(new Ok(end.Id));
        sessions.Close(other, new Bye(ByeCode.SignedOut, "ended by another session of yours", null));
    }
}
