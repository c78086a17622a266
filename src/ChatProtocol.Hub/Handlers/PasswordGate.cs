namespace ChatProtocol.Hub;

/// <summary>
/// The check that every request with a secret passes first: the connection is confidential, and its address has not tried too many that were wrong. An
/// attempt counts as wrong until it turns out to be right (CP-ACC-005, CP-ACC-025).
/// </summary>
internal sealed class PasswordGate(HubClock clock, IPasswordHasher hasher, AuditTrail audit)
{
    /// <summary>In milliseconds: some sixty passwords are checked in that time.</summary>
    private const ulong RetryAfter = 1000;

    /// <summary>Whether a secret may be sent on this connection; if not, the request was refused.</summary>
    public static bool IsConfidential(Session session, ulong id)
    {
        if (session.Peer.IsConfidential)
            return true;
        session.Refuse(id, ErrorCode.NeedsTls, "passwords, tokens and invitations are taken over TLS alone, as anybody on the way could read them here: connect to chats://");
        return false;
    }

    /// <summary>Whether the address may try a secret; if not, the request was refused.</summary>
    /// <param name="session">The session.</param>
    /// <param name="id">The request's id.</param>
    /// <param name="name">The account that a password is for; null for a token or an invitation.</param>
    public bool TryEnter(Session session, ulong id, UserName? name)
    {
        if (!IsConfidential(session, id))
            return false;
        var source = session.Source;
        if (session.Peer.IsAdmin)
            return true;
        var wait = source.Passwords.WaitFor(source.Bounds.Passwords, clock.Ticks);
        if (wait == 0 && (name is null || source.AttemptedNames.TryTake(name, source.Bounds.AccountPasswords, clock.Ticks, out wait)))
        {
            source.Passwords.Take(source.Bounds.Passwords, clock.Ticks);
            return true;
        }
        session.Refuse(id, ErrorCode.RateLimited, $"too many wrong passwords; try again in {TimeSpan.FromMilliseconds(wait).TotalSeconds:0} s", retryAfter: (ulong)wait);
        return false;
    }

    /// <summary>The attempt was no wrong one.</summary>
    public void GiveBack(Session session, UserName? name)
    {
        var source = session.Source;
        source.Passwords.GiveBack(source.Bounds.Passwords, clock.Ticks);
        if (name is not null)
            source.AttemptedNames.GiveBack(name, source.Bounds.AccountPasswords, clock.Ticks);
    }

    /// <summary>Checks a password; refuses the request if too many wait.</summary>
    /// <param name="session">The session.</param>
    /// <param name="id">The request's id.</param>
    /// <param name="name">The account's name, for the attempt.</param>
    /// <param name="password">The password.</param>
    /// <param name="principal">The account's principal, which stays in memory meanwhile; null, or without an account, for none, which costs the same.</param>
    /// <param name="goOn">Called with the result and the number of the password, unless the session is closed by then.</param>
    public bool TryCheck(Session session, ulong id, UserName name, ReadOnlyMemory<byte> password, Principal? principal, Action<PasswordResult, int> goOn)
    {
        if (!TryEnter(session, id, name))
            return false;
        var account = principal?.Account is { IsStored: true } stored ? stored : null;
        var number = account?.Password ?? 0;
        return TryBegin(session, id, name, principal, done => new PasswordTask.Check(password, account?.Record.Password, result => done(() =>
        {
            // Another password may have taken its place meanwhile, or the account is gone.
            var isRight = result.IsRight && account is { IsStored: true } && account.Password == number;
            if (isRight)
                GiveBack(session, name);
            if (!session.IsClosed)
                goOn(isRight ? result : new PasswordResult(false, null), number);
        })));
    }

    /// <summary>Makes the hash of a new password; refuses the request if it is too short, or if too many wait.</summary>
    /// <param name="session">The session.</param>
    /// <param name="id">The request's id.</param>
    /// <param name="password">The password.</param>
    /// <param name="principal">The account's principal, which stays in memory meanwhile; null for none.</param>
    /// <param name="goOn">Called with the hash, even if the session is closed by then.</param>
    public bool TryMake(Session session, ulong id, ReadOnlyMemory<byte> password, Principal? principal, Action<ReadOnlyMemory<byte>> goOn)
    {
        if (password.Length < Secrets.MinPassword)
        {
            session.Refuse(id, ErrorCode.InvalidValue, $"a password has at least {Secrets.MinPassword} bytes", Secrets.MinPassword, "password");
            return false;
        }
        return TryBegin(session, id, name: null, principal, done => new PasswordTask.Make(password, result => done(() => goOn(result.NewHash!.Value))));
    }

    private bool TryBegin(Session session, ulong id, UserName? name, Principal? principal, Func<Action<Action>, PasswordTask> make)
    {
        var task = make(goOn =>
        {
            if (principal is not null)
                principal.Needed--;
            audit.GoOn(session, id, goOn);
        });
        if (hasher.TryBegin(task))
        {
            if (principal is not null)
                principal.Needed++;
            return true;
        }
        if (name is not null)
            GiveBack(session, name);
        session.Refuse(id, ErrorCode.RateLimited, "too many passwords wait to be checked; try again", retryAfter: RetryAfter);
        return false;
    }
}
