namespace ChatProtocol.Simulation;

/// <summary>A request that has to do with an account, with what was certain when it came.</summary>
internal abstract class AccountRequest(AccountStanding standing)
{
    public AccountStanding Standing => standing;

    /// <summary>What was certain when it came; null if other changes were open.</summary>
    protected AccountState? Before { get; private set; }

    protected int Turn { get; private set; }

    /// <summary>Whether nothing was asked since that could have changed the account.</summary>
    protected bool IsAlone => Before is not null && Turn == standing.Turn;

    /// <summary>Records that the server has received it.</summary>
    public virtual void Came(Link link) => Remember(standing.IsQuiet);

    public abstract void Answered(Link link, Frame answer);

    protected void Remember(bool isQuiet)
    {
        Before = isQuiet ? standing.State : null;
        Turn = standing.Turn;
    }

    protected void Fail(string what) => throw new Violation(Checker.Account, $"{standing.Identity.Name}, {standing.State}, {what}");
}

/// <summary>A login by a password, by a token, or by the guest key that the account was made with.</summary>
internal sealed class AccountLogin(AccountStanding standing, Login login, SimulatedToken? token) : AccountRequest(standing)
{
    private readonly string _password = System.Text.Encoding.UTF8.GetString(login.Secret.Span);
    private bool? _wasGood;

    public SimulatedToken? Token => token;

    public CredentialKind Credential => login.Credential;

    public string Password => _password;

    public override void Came(Link link)
    {
        base.Came(link);
        _wasGood = token?.IsGood;
    }

    public override void Answered(Link link, Frame answer)
    {
        if (answer is LoggedIn loggedIn)
        {
            LetIn(loggedIn);
            link.Login = this;
        }
        else if (answer is Error error && IsAlone && Before!.IsCertain)
            Refused(error);
    }

    private void LetIn(LoggedIn loggedIn)
    {
        if (_wasGood == false)
            Fail($"is logged in to by token {token!.Number}, which is no more");
        if (!IsAlone)
            return;
        if (Credential == CredentialKind.GuestKey)
        {
            if (Before!.Exists == true)
                Fail("has an account, and is logged in to by its guest key");
            return;
        }
        if (Before!.Exists == false)
            Fail($"has no account, and is logged in to by {Credential}");
        if (Before.IsDisabled == true)
            Fail($"is disabled, and logged in to by {Credential}");
        if (Credential == CredentialKind.Password && Before.Password is { } right && right != _password)
            Fail($"is logged in to by {_password}");
        if (Standing.Principal != 0 && Standing.Principal != loggedIn.Principal)
            Fail($"was principal {Standing.Principal} and is {loggedIn.Principal}");
        Standing.Principal = loggedIn.Principal;
    }

    private void Refused(Error error)
    {
        if (Credential == CredentialKind.GuestKey)
        {
            if (error.Reason == ErrorCode.NameTaken && Before!.Exists == false && Standing.Turn > 0)
                Fail("has no account, and its name is not free");
            return;
        }
        var isRight = Before!.Exists == true && (token is null ? Before.Password == _password : _wasGood == true && token.IsGood == true);
        if (error.Reason == ErrorCode.LoginFailed && isRight)
            Fail($"cannot be logged in to by {Credential} {_password}: {error.Text}");
        if (error.Reason == ErrorCode.AccountDisabled && Before is { Exists: true, IsDisabled: false })
            Fail("is told to be disabled");
    }
}

/// <summary>A request that makes an account, changes it or deletes it.</summary>
/// <param name="world">The world.</param>
/// <param name="standing">The account.</param>
/// <param name="change">What it makes of the account.</param>
internal sealed class AccountChange(World world, AccountStanding standing, Func<AccountState, AccountState> change) : AccountRequest(standing)
{
    private bool _isInvited;
    private bool? _wasGood;
    private int _turnOfMaker;
    private ulong _principal;

    /// <summary>The invitation that it uses; null for none.</summary>
    public SimulatedInvitation? Invitation { get; init; }

    /// <summary>The password that it gives as the present one; null for none.</summary>
    public string? Old { get; init; }

    /// <summary>Whether a session, not the asker's, is over once it is answered.</summary>
    public Func<Link, bool> Ends { get; init; } = _ => false;

    /// <summary>Whether it names the account, so that it is told when there is none.</summary>
    public bool IsByName { get; init; }

    /// <summary>Whether it makes an account of the asker's principal, if that is logged in.</summary>
    public bool IsRegistration { get; init; }

    public override void Came(Link link)
    {
        var isQuiet = Standing.IsQuiet;
        Standing.Begin(this, link);
        Remember(isQuiet);
        Standing.State = Standing.State.And(change(Standing.State));
        _principal = Standing.Principal;
        if (Standing.State.Exists is null)
            Standing.Doubt();
        else if (Standing.State is { IsDisabled: null } or { Role: null })
            Standing.DoubtInvitations();
        world.Ledger.Bans.Doubt(Standing.Identity.Subject);
        if (Invitation is not { } invitation)
            return;
        invitation.Asked++;
        _wasGood = invitation.IsGood;
        _turnOfMaker = invitation.Maker.Turn;
        _isInvited = invitation is { IsGood: true } && invitation.Asked <= invitation.Uses
            && invitation.Maker is { IsQuiet: true, State: { Exists: true, IsDisabled: false } };
    }

    public override void Answered(Link link, Frame answer)
    {
        var isAlone = IsAlone;
        Standing.End(this);
        if (answer is Error error)
            Refused(error, isAlone);
        else
            Granted(link, isAlone);
    }

    private void Granted(Link link, bool isAlone)
    {
        if (Invitation is { } invitation)
        {
            if (++invitation.Made > invitation.Uses)
                Fail($"is made by invitation {invitation.Number}, which was good for {invitation.Uses}");
            if (_wasGood == false)
                Fail($"is made by invitation {invitation.Number}, which is no more");
        }
        if (isAlone && Old is { } old && Before!.Password is { } right && right != old)
            Fail($"is changed by {old}");
        if (!isAlone)
            return;
        if (Invitation is null && Before!.Exists == false && change(AccountState.None).Exists != true)
            Fail("has no account, and it is changed");
        Standing.State = change(Standing.State);
        if (IsRegistration && link.Principal != 0)
            Standing.Principal = link.Principal;
        EndSessions(link);
        if (Standing.State.Exists == false)
            Standing.Vanish();
        else if (Standing.State.IsDisabled == true)
            Standing.Invitations.ForEach(one => one.IsGood = false);
        else if (Standing.State.Role is { } role)
            foreach (var one in Standing.Invitations.Where(one => one.Role != AccountRole.Member && one.Role >= role))
                one.IsGood = false;
        if (Standing.State.Password is { } only)
        {
            Standing.Tried.Clear();
            Standing.Tried.Add(only);
        }
    }

    /// <summary>Checks that no session is there that the change has ended (CP-ACC-021).</summary>
    private void EndSessions(Link asker)
    {
        foreach (var link in world.Links)
            if (link != asker && link is { IsServerDone: false, IsClosing: false, Login: { } login } && link.Principal == _principal && Ends(link))
                Fail($"is told to be changed, and {link} goes on, by {login.Credential}");
    }

    private void Refused(Error error, bool isAlone)
    {
        if (Invitation is { } invitation)
        {
            invitation.Asked--;
            if (error.Reason == ErrorCode.BadInvitation && _isInvited && invitation.IsGood == true && _turnOfMaker == invitation.Maker.Turn && !world.Swarm.MayExpire)
                Fail($"is refused, as invitation {invitation.Number} is not good, of which {invitation.Asked} of {invitation.Uses} are used");
        }
        if (!isAlone)
            return;
        if (error.Reason == ErrorCode.NoSuchUser && IsByName)
        {
            if (Before!.Exists == true)
                Fail($"has an account, and that is told not to be: {error.Text}");
            Standing.Vanish();
            return;
        }
        if (error.Reason == ErrorCode.LoginFailed && Old is { } old && Before is { Exists: true, Password: { } right } && right == old)
            Fail($"is not changed by {old}: {error.Text}");
        if (error.Reason == ErrorCode.NameTaken && Before!.Exists == false && Standing.Identity.IsAccountOnly && Turn > 1)
            Fail("has no account, and its name is not free");
        (Standing.State, Standing.Principal) = (Before!, _principal);
    }
}

/// <summary>A request for a token, for an invitation, or the end of one.</summary>
/// <param name="standing">The account.</param>
/// <param name="done">Called with a successful answer.</param>
internal sealed class SecretRequest(AccountStanding standing, Action<Frame> done) : AccountRequest(standing)
{
    public override void Answered(Link link, Frame answer)
    {
        if (answer is not Error)
            done(answer);
    }
}

/// <summary>A request that some role includes, and others do not (CP-ACC-034).</summary>
internal sealed class RoleProbe(AccountStanding standing, AccountRole needed) : AccountRequest(standing)
{
    public override void Answered(Link link, Frame answer)
    {
        if (!IsAlone || Before is not { Exists: true, Role: { } role } || link.Login is not { Token: null })
            return;
        if (answer is not Error && role < needed)
            Fail($"is granted what takes {needed}");
        if (answer is Error { Reason: ErrorCode.Denied } && role >= needed)
            Fail($"is denied what takes {needed}");
    }
}

/// <summary>The end of a token.</summary>
internal sealed class TokenEnd(World world, AccountStanding standing, SimulatedToken token) : AccountRequest(standing)
{
    public override void Came(Link link)
    {
        base.Came(link);
        token.IsGood = token.IsGood == false ? false : null;
    }

    public override void Answered(Link link, Frame answer)
    {
        if (answer is Error)
            return;
        token.IsGood = false;
        if (world.Links.FirstOrDefault(other => other != link && other is { IsServerDone: false, IsClosing: false } && other.Login?.Token == token) is { } left)
            Fail($"is told that token {token.Number} is no more, and {left} goes on, which was let in by it");
    }
}

/// <summary>The end of an invitation.</summary>
internal sealed class InvitationEnd(AccountStanding standing, SimulatedInvitation invitation) : AccountRequest(standing)
{
    public override void Came(Link link)
    {
        base.Came(link);
        invitation.IsGood = invitation.IsGood == false ? false : null;
    }

    public override void Answered(Link link, Frame answer)
    {
        if (answer is not Error)
            invitation.IsGood = false;
    }
}
