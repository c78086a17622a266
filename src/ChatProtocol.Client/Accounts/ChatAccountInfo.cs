namespace ChatProtocol.Client;

/// <summary>An account. Immutable.</summary>
public sealed record ChatAccountInfo
{
    /// <summary>Its principal, which is in <see cref="ChatEntry.From"/> whatever the name.</summary>
    public ulong Principal { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its rights.</summary>
    public AccountRole Role { get; init; }

    /// <summary>When it was made, by the server's clock.</summary>
    public DateTimeOffset Made { get; init; }

    /// <summary>Whether an admin has disabled it, so that nobody can log in as it.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>How many sessions it has.</summary>
    public ulong Sessions { get; init; }

    /// <summary>How many tokens it has; null in a list of accounts, which does not tell it.</summary>
    public ulong? Tokens { get; init; }

    /// <summary>When its last session ended, or about when it was last there; null outside of a list of accounts, and for one that was never there.</summary>
    public DateTimeOffset? Seen { get; init; }

    internal static ChatAccountInfo Of(AccountInfo account) => new()
    {
        Principal = account.Principal,
        Name = account.Name,
        Role = (AccountRole)account.Role,
        Made = WireTimes.Time(account.Made),
        IsDisabled = account.Disabled,
        Sessions = account.Sessions,
        Tokens = account.Tokens,
    };

    internal static ChatAccountInfo Of(AccountListItem account) => new()
    {
        Principal = account.Principal,
        Name = account.Name,
        Role = (AccountRole)account.Role,
        Made = WireTimes.Time(account.Made),
        IsDisabled = account.Disabled,
        Sessions = account.Sessions,
        Seen = WireTimes.TimeOrNone(account.Seen),
    };
}
