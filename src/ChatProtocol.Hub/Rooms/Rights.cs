namespace ChatProtocol.Hub;

/// <summary>The one place that decides the rights of principals: no other code compares roles.</summary>
internal static class Rights
{
    private const Permissions OfGuest = Permissions.Find | Permissions.See | Permissions.Speak | Permissions.Rename | Permissions.Block | Permissions.OwnSessions;

    private const Permissions OfMember = OfGuest | Permissions.OwnAccount;

    private const Permissions OfAdmin = OfMember | Permissions.Observe | Permissions.Moderate | Permissions.Announce | Permissions.SeeAccounts | Permissions.ManageAccounts;

    private const Permissions OfOwner = OfAdmin | Permissions.Operate | Permissions.UseReserve | Permissions.ReadTraffic;

    private const Permissions OfLocalAdmin = (OfOwner | Permissions.UsePaths | Permissions.Immune) & ~(Permissions.OwnAccount | Permissions.Rename);

    private const Permissions OfServer = Permissions.Speak | Permissions.UseReserve | Permissions.Immune;

    /// <summary>The permissions that each scope of a token includes (CP-ACC-022).</summary>
    private static readonly (TokenScopes Scope, Permissions Permissions)[] Scopes =
    [
        (TokenScopes.Read, Permissions.Find | Permissions.See),
        (TokenScopes.Post, Permissions.Find | Permissions.Speak),
        (TokenScopes.Observe, Permissions.Observe),
        (TokenScopes.Moderate, Permissions.Moderate),
        (TokenScopes.Announce, Permissions.Announce),
        (TokenScopes.Operate, Permissions.Operate | Permissions.UseReserve),
        (TokenScopes.Accounts, Permissions.SeeAccounts),
        (TokenScopes.Profile, Permissions.Rename | Permissions.Block | Permissions.OwnSessions),
        (TokenScopes.Manage, Permissions.SeeAccounts | Permissions.ManageAccounts),
    ];

    /// <summary>A principal's permissions on the server; none for a session that is not logged in.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="token">The token that it logged in by, which leaves it no more than its scopes; null for another credential.</param>
    public static Permissions Of(Principal? principal, TokenRecord? token = null)
    {
        var ofRole = principal?.Role switch
        {
            Role.Guest => OfGuest,
            Role.Member => OfMember,
            Role.Admin => OfAdmin,
            Role.Owner => OfOwner,
            Role.LocalAdmin => OfLocalAdmin,
            Role.Server => OfServer,
            _ => Permissions.None,
        };
        return token is null ? ofRole : ofRole & Of(token.Scopes);
    }

    /// <summary>
    /// A principal's permissions in a room; in a private room of others, and in one that its token is not good for, it has none, not
    /// even to see it (CP-ROM-006).
    /// </summary>
    public static Permissions Of(Principal principal, Room room, TokenRecord? token = null) =>
        (!room.IsPrivate || principal == room.Low || principal == room.High) && MayUse(token, room.Id) ? Of(principal, token) : Permissions.None;

    /// <summary>Whether the token, if there is one, is good for a room.</summary>
    public static bool MayUse(TokenRecord? token, ulong room) => token is not { Rooms.Count: > 0 } || token.Rooms.Contains(room);

    /// <summary>Whether a principal may kick, ban, or change the account of another: of one below it (CP-ACC-033, CP-ACC-035).</summary>
    public static bool Outranks(Principal actor, Principal other) => actor.Role == Role.LocalAdmin || actor.Role > other.Role;

    /// <summary>The refusal of a role that is not below the asker's own.</summary>
    public const string OnlyBelow = "only who is above a role may give it, and an owner's only the admin socket";

    /// <summary>Whether a principal may give an account a role: one below its own. None given is allowed.</summary>
    public static bool MayGive(Principal actor, ulong? role) => role is null || role < (ulong)actor.Role;

    /// <summary>Whether a principal may invite somebody to a role.</summary>
    public static bool MayInviteAs(Role actor, AccountRole role) => role == AccountRole.Member || (Role)role < actor;

    /// <summary>Whether an account can have the role of this number. None given is allowed.</summary>
    public static bool IsOfAccount(ulong? role) => role is null or >= (ulong)AccountRole.Member and <= (ulong)AccountRole.Owner;

    public static bool Include(this Permissions permissions, Permissions needed) => (permissions & needed) == needed;

    /// <summary>Why a request is denied, and what to do.</summary>
    public static string Explain(Principal? principal, Permissions needed, TokenRecord? token) =>
        Of(principal).Include(needed) && token is not null ? "the token that you logged in by is not good for this"
        : needed == Permissions.OwnAccount ? (principal?.Role == Role.LocalAdmin ? "the admin socket has no account: name one" : "a guest has no account: register first")
        : needed == Permissions.UsePaths ? "only the server's own machine may do this, over the admin socket"
        : needed.HasFlag(Permissions.Operate) && principal?.Role == Role.Admin ? "only an owner may do this"
        : "only an admin may do this";

    private static Permissions Of(TokenScopes scopes) =>
        Scopes.Where(one => scopes.HasFlag(one.Scope)).Aggregate(Permissions.None, (all, one) => all | one.Permissions);
}
