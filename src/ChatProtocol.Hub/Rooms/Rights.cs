namespace ChatProtocol.Hub;

/// <summary>The one place that decides the rights of principals: no other code compares roles.</summary>
internal static class Rights
{
    private const Permissions OfGuest = Permissions.Find | Permissions.See | Permissions.Speak | Permissions.Rename | Permissions.Block | Permissions.OwnSessions | Permissions.CreateRoom | Permissions.Report;

    private const Permissions OfMember = OfGuest | Permissions.OwnAccount;

    private const Permissions OfAdmin = OfMember | Permissions.Observe | Permissions.Moderate | Permissions.Announce | Permissions.SeeAccounts | Permissions.ManageAccounts | Permissions.Audit | OfRoomOwner;

    private const Permissions OfRoomModerator = Permissions.ModerateRoom;

    private const Permissions OfRoomOwner = OfRoomModerator | Permissions.OwnRoom;

    private const Permissions OfOwner = OfAdmin | Permissions.Operate | Permissions.UseReserve | Permissions.ReadTraffic;

    private const Permissions OfLocalAdmin = (OfOwner | Permissions.UsePaths | Permissions.Immune) & ~(Permissions.OwnAccount | Permissions.Rename);

    private const Permissions OfServer = Permissions.Speak | Permissions.UseReserve | Permissions.Immune;

    /// <summary>The permissions that each scope of a token includes (CP-ACC-022).</summary>
    private static readonly (TokenScopes Scope, Permissions Permissions)[] Scopes =
    [
        (TokenScopes.Read, Permissions.Find | Permissions.See),
        (TokenScopes.Post, Permissions.Find | Permissions.Speak | Permissions.CreateRoom),
        (TokenScopes.Observe, Permissions.Observe | Permissions.Audit),
        (TokenScopes.Moderate, Permissions.Moderate | OfRoomOwner),
        (TokenScopes.Announce, Permissions.Announce),
        (TokenScopes.Operate, Permissions.Operate | Permissions.UseReserve),
        (TokenScopes.Accounts, Permissions.SeeAccounts),
        (TokenScopes.Profile, Permissions.Rename | Permissions.Block | Permissions.OwnSessions | Permissions.Report),
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
    /// A principal's permissions in a room: those that it has on the server, with those of its role there, without what its restriction and
    /// the room's settings forbid. In a room that is hidden from it, and in one that it is banned from, it has none, not even to see it.
    /// </summary>
    public static Permissions Of(Principal principal, Room room, long now, TokenRecord? token = null)
    {
        if (IsHidden(principal, room, token))
            return Permissions.None;
        var permissions = Of(principal, token);
        if (room.IsPrivate)
            return permissions & ~OfRoomOwner;
        var role = room.Standings.RoleOf(principal.Id);
        // An admin of the server is restricted by nobody (CP-ROL-014).
        var restriction = IsAboveOwners(principal) ? RoomRestriction.None : room.Standings.RestrictionOf(principal.Id, now);
        if (restriction == RoomRestriction.Banned)
            return Permissions.None;
        permissions |= OfRoomRole(role) & OfScopes(token);
        if (restriction == RoomRestriction.Muted)
            permissions &= ~(Permissions.Speak | OfRoomOwner);
        // CP-ROL-030, CP-ROL-031
        if (room.Settings.IsArchived || room.Settings.IsModerated && role == RoomRole.None && !permissions.Include(Permissions.ModerateRoom))
            permissions &= ~Permissions.Speak;
        return permissions;
    }

    /// <summary>
    /// Whether a room has to seem missing to a principal: a private one of others (CP-ROM-006), one by invitation in which it has no role (CP-ROL-002), and one that its token is not good for.
    /// </summary>
    public static bool IsHidden(Principal principal, Room room, TokenRecord? token = null) => !MayUse(token, room.Id) || room.Record.Kind switch
    {
        RoomKind.Private => principal != room.Low && principal != room.High,
        RoomKind.ByInvitation => !Of(principal, token).Include(OfRoomOwner) && !room.Standings.HasRole(principal.Id),
        _ => false,
    };

    /// <summary>Whether a principal sees a room that is not in memory, and is not banned from it.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="room">The room, with the roles and restrictions in it.</param>
    /// <param name="now">Milliseconds since 1970 UTC.</param>
    /// <param name="token">The token that it logged in by; null for another credential.</param>
    public static bool Sees(Principal principal, RoomRecord room, long now, TokenRecord? token) => MayUse(token, room.Id) && room.Kind switch
    {
        RoomKind.Private => room.Creator == principal.Id || room.Peer == principal.Id,
        RoomKind.ByInvitation => Of(principal, token).Include(OfRoomOwner) || room.Insiders.Contains(principal.Id),
        _ => true,
    } && (IsAboveOwners(principal) || room.Standings.FirstOrDefault(one => one.Principal == principal.Id)?.RestrictionAt(now) != RoomRestriction.Banned);

    /// <summary>Whether a principal may change the role or restriction of another in a room: of one below it (CP-ROL-014).</summary>
    /// <param name="actor">The principal that asks.</param>
    /// <param name="other">The other; null if only the room knows of it.</param>
    /// <param name="role">The other's role in the room.</param>
    /// <param name="room">The room.</param>
    public static bool Outranks(Principal actor, Principal? other, RoomRole role, Room room) =>
        IsAboveOwners(actor) ? other is null || !IsAboveOwners(other) || Outranks(actor, other)
        : (other is null || !IsAboveOwners(other)) && room.Standings.RoleOf(actor.Id) > role;

    /// <summary>Whether a principal may give a role in a room: an owner each, a moderator that of a member (CP-ROL-015).</summary>
    public static bool MayGive(Principal actor, Room room, RoomRole role) =>
        IsAboveOwners(actor) || room.Standings.RoleOf(actor.Id) is var own && (own == RoomRole.Owner || own > role);

    /// <summary>Whether a principal may take a role in a room itself: no higher one than it has (CP-ROL-014).</summary>
    public static bool MayTake(RoomRole own, RoomRole role) => role <= own;

    /// <summary>Why a request is denied in a room that the asker sees, and what to do.</summary>
    public static string ExplainInRoom(Permissions needed, Room room, TokenRecord? token) =>
        token is not null ? "the token that you logged in by is not good for this"
        : room.IsPrivate ? "a private room has no roles and settings"
        : needed.HasFlag(Permissions.OwnRoom) ? "only an owner of the room may do this"
        : needed.HasFlag(Permissions.ModerateRoom) ? "only a moderator of the room may do this"
        : "you may not do this in this room";

    private static bool IsAboveOwners(Principal principal) => Of(principal).Include(OfRoomOwner);

    private static Permissions OfRoomRole(RoomRole role) => role switch
    {
        RoomRole.Owner => OfRoomOwner,
        RoomRole.Moderator => OfRoomModerator,
        _ => Permissions.None,
    };

    private static Permissions OfScopes(TokenRecord? token) => token is null ? ~Permissions.None : Of(token.Scopes);

    /// <summary>Whether the token, if there is one, is good for a room.</summary>
    public static bool MayUse(TokenRecord? token, ulong room) => token is not { Rooms.Count: > 0 } || token.Rooms.Contains(room);

    /// <summary>Whether the token's scopes, if there is one, include these permissions.</summary>
    public static bool ScopesInclude(TokenRecord? token, Permissions needed) => OfScopes(token).Include(needed);

    /// <summary>Whether a principal may kick, ban, or change the account of another: of one below it (CP-ACC-033, CP-ACC-035).</summary>
    public static bool Outranks(Principal actor, Principal other) => actor.Role == Role.LocalAdmin || actor.Role > other.Role;

    /// <summary>Whether a principal may more than a member: what it does with its rights is recorded in the audit log.</summary>
    public static bool IsOfStaff(Principal principal) => principal.Role > Role.Member;

    /// <summary>Whether a request takes more than a member may: it is recorded in the audit log, by whomever it is made.</summary>
    public static bool AreOfStaff(Permissions needed) => !OfMember.Include(needed);

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
