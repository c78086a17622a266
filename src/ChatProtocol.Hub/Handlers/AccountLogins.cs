namespace ChatProtocol.Hub;

/// <summary>
/// Logins by the password or a token of an account. Both end in one check of the account, so that none goes round it, and tell nothing
/// of an account before its secret was right (CP-ACC-007, CP-ACC-024).
/// </summary>
internal sealed class AccountLogins(
    HubClock clock, HubFigures figures, GroupCommit groupCommit, Principals principals, PasswordGate gate, HeldRequests held, SessionRegistry sessions, BanBook book,
    BanHandlers bans)
{
    private const long Day = 24 * 3600 * 1000;

    /// <summary>Takes some time, in which other requests of the session wait (CP-SES-020).</summary>
    public void LogInByPassword(Session session, Login login, Action<Principal> finish)
    {
        if (IsBanned(session, login.Id))
            return;
        var name = new UserName(login.Name);
        var holder = principals.FindHolder(name, clock.Now);
        if (!gate.TryCheck(session, login.Id, name, login.Secret, holder, (result, _) => Checked(session, login.Id, holder, result, finish)))
            return;
        session.State = SessionState.LoggingIn;
    }

    /// <summary>The token was looked up; it is 256 random bits, so that its hash is enough to find it by.</summary>
    public void LogInByToken(Session session, Login login, Action<Principal> finish)
    {
        if (IsBanned(session, login.Id) || !gate.TryEnter(session, login.Id, name: null))
            return;
        var token = principals.Accounts.FindToken(SecretCode.HashOf(login.Secret.Span));
        var principal = token is not null && clock.Now < token.Expires ? principals.Find(token.Principal) : null;
        if (principal is not { Account: { IsStored: true } account })
        {
            Refuse(session, login.Id, SecretCode.IsWellFormed(Secrets.TokenPrefix, login.Secret.Span)
                ? "the token is not valid: it is unknown here, over or revoked"
                : $"that is no token: it has the wrong form, as one that was cut or mistyped; a token begins with {Secrets.TokenPrefix}");
            return;
        }
        gate.GiveBack(session, name: null);
        if (!MayLogIn(session, login.Id, principal, account))
            return;
        session.Token = Use(token!, account);
        session.HasInbox &= session.Token.Rooms.Count == 0 && Rights.Of(principal, session.Token).Include(Permissions.See);
        session.State = SessionState.LoggingIn;
        finish(principal);
    }

    private void Checked(Session session, ulong id, Principal? principal, PasswordResult result, Action<Principal> finish)
    {
        session.State = SessionState.Greeted;
        if (!result.IsRight)
            Refuse(session, id, "the name or the password is wrong");
        else if (MayLogIn(session, id, principal!, principal!.Account!))
        {
            if (result.NewHash is { } hash)
                principal.Rehash(groupCommit.Open, hash);
            session.State = SessionState.LoggingIn;
            finish(principal);
            return;
        }
        figures.LoginRefused(session.Credential);
        held.Release(session);
    }

    /// <summary>The check that every login to an account passes, whatever its credential.</summary>
    private bool MayLogIn(Session session, ulong id, Principal principal, UserAccount account)
    {
        // It may be enabled by a change that is not stored yet, or disabled.
        if (account.Record.IsDisabled || account.Latest.IsDisabled)
            session.Refuse(id, ErrorCode.AccountDisabled, "an admin has disabled this account");
        else if (book.FindKeyHash(principal.KeyHash, clock.Now) is { } ban)
            sessions.Close(session, bans.ToError(id, ban));
        else
            return true;
        return false;
    }

    private bool IsBanned(Session session, ulong id)
    {
        if (book.FindOrigin(session.Peer, clock.Now) is not { } ban)
            return false;
        sessions.Close(session, bans.ToError(id, ban));
        return true;
    }

    /// <summary>A connection that had one of the last places for its credential does not keep it without.</summary>
    private void Refuse(Session session, ulong id, string text)
    {
        if (session.Peer.IsOnTrial)
            sessions.Close(session, new Error(id, ErrorCode.LoginFailed, text));
        else
            session.Refuse(id, ErrorCode.LoginFailed, text);
    }

    /// <summary>The day of the last use is stored, and nothing finer: it tells which tokens nobody needs.</summary>
    private TokenRecord Use(TokenRecord token, UserAccount account)
    {
        var today = clock.Now / Day * Day;
        if (token.Used >= today || !account.Tokens.ContainsKey(token.Number))
            return token;
        var used = token with { Used = today };
        principals.Find(token.Principal)!.ChangedBy = groupCommit.Open.Number;
        account.Tokens[token.Number] = used;
        principals.Accounts.Set(used);
        groupCommit.Open.Add(new LogChange.KeepToken(used), new CommitCallbacks(() => { }, () => { }) { IsAwaited = false });
        return used;
    }
}
