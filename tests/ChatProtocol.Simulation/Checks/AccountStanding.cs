namespace ChatProtocol.Simulation;

/// <summary>What is certain of an account; null where it is not.</summary>
internal sealed record AccountState(bool? Exists, string? Password, bool? IsDisabled, AccountRole? Role)
{
    public static AccountState None { get; } = new(false, null, null, null);

    public static AccountState Uncertain { get; } = new(null, null, null, null);

    public bool IsCertain => Exists == false || this is { Exists: not null, Password: not null, IsDisabled: not null, Role: not null };

    /// <summary>What is certain both before and after a change.</summary>
    public AccountState And(AccountState other) => new(
        Exists == other.Exists ? Exists : null, Password == other.Password ? Password : null,
        IsDisabled == other.IsDisabled ? IsDisabled : null, Role == other.Role ? Role : null);
}

/// <summary>
/// One account: what is certain of it, and the requests to change it whose outcome is open. A request that is under way, or was not
/// answered when its connection broke, may take effect or not, until the server has ended or has long forgotten the connection.
/// </summary>
internal sealed class AccountStanding(World world, Identity identity)
{
    private readonly List<OpenChange> _open = [];

    public Identity Identity => identity;

    public AccountState State { get; set; } = AccountState.None;

    /// <summary>The number of requests to change it that the server has received.</summary>
    public int Turn { get; private set; }

    /// <summary>Its principal; 0 while that is not known.</summary>
    public ulong Principal { get; set; }

    /// <summary>The passwords that may be right.</summary>
    public List<string> Tried { get; } = [];

    public List<SimulatedToken> Tokens { get; } = [];

    public List<SimulatedInvitation> Invitations { get; } = [];

    /// <summary>Whether no request to change it is open.</summary>
    public bool IsQuiet => _open.Count == 0;

    public void Begin(AccountRequest change, Link link)
    {
        Turn++;
        _open.Add(new OpenChange(change, link));
    }

    public void End(AccountRequest change) => _open.RemoveAll(open => open.Change == change);

    /// <summary>Records that there is no such account, and none of what it had.</summary>
    public void Vanish()
    {
        State = AccountState.None;
        Principal = 0;
        Tokens.ForEach(token => token.IsGood = false);
        Invitations.ForEach(invitation => invitation.IsGood = false);
        Tokens.Clear();
        Invitations.Clear();
        Tried.Clear();
    }

    /// <summary>Records the start of a server: nothing of before is under way any more.</summary>
    public void Restart() => _open.Clear();

    public void Restore()
    {
        Turn++;
        State = AccountState.Uncertain;
        Doubt();
        Tokens.ForEach(token => token.IsGood = null);
        Invitations.ForEach(invitation => invitation.IsGood = null);
    }

    /// <summary>Records that there may be no such account any more, or another.</summary>
    public void Doubt()
    {
        Principal = 0;
        Tokens.ForEach(token => token.IsGood = token.IsGood == false ? false : null);
        DoubtInvitations();
    }

    /// <summary>Records that its invitations may be void, as it may be disabled or have a lower role.</summary>
    public void DoubtInvitations() => Invitations.ForEach(invitation => invitation.IsGood = invitation.IsGood == false ? false : null);

    /// <summary>Closes what was asked on connections that are gone, once two batches behind them are done.</summary>
    public void Settle(bool isHasherIdle)
    {
        foreach (var open in _open)
            if (open.Since is null && open.Link.IsServerDone && isHasherIdle)
                open.Since = world.Disk.Told;
        _open.RemoveAll(open => open.Since is { } since && (world.Disk.Told > since + 2 || world.Server.IsIdle));
    }

    private sealed class OpenChange(AccountRequest change, Link link)
    {
        public AccountRequest Change => change;

        public Link Link => link;

        public long? Since { get; set; }
    }
}

/// <summary>A token: good, not good, or null where that is not certain.</summary>
internal sealed record SimulatedToken(AccountStanding Account, ulong Number, byte[] Secret, TokenScopes Scopes, ulong? Room)
{
    public bool? IsGood { get; set; } = true;

    /// <summary>Whether a client can live with it: it may all that a guest's session may that only reads and posts.</summary>
    public bool IsWide => Scopes.HasFlag(TokenScopes.Read | TokenScopes.Post) && Room is null;
}

/// <summary>An invitation: good, not good, or null where that is not certain.</summary>
internal sealed class SimulatedInvitation(AccountStanding maker, InvitationMade made, AccountRole role, int uses)
{
    public AccountStanding Maker => maker;

    public ulong Number => made.Invitation;

    public ReadOnlyMemory<byte> Secret => made.Secret;

    public AccountRole Role => role;

    public int Uses => uses;

    public bool? IsGood { get; set; } = true;

    /// <summary>The accounts that certainly were made by it.</summary>
    public int Made { get; set; }

    /// <summary>The accounts that may have been made by it, or are being made.</summary>
    public int Asked { get; set; }
}
