namespace ChatProtocol.Server;

/// <summary>The words of an export for numbers of the wire.</summary>
internal static class ExportWords
{
    public static string Of(AccountRole role) => role switch
    {
        AccountRole.Owner => "owner",
        AccountRole.Admin => "admin",
        _ => "member",
    };

    /// <summary>The kinds of rooms, by their numbers.</summary>
    public static IReadOnlyList<string> RoomKinds { get; } = ["public", "private", "by-invitation"];

    /// <summary>The roles in rooms, by their numbers.</summary>
    public static IReadOnlyList<string> RoomRoles { get; } = ["none", "member", "moderator", "owner"];

    /// <summary>The restrictions in rooms, by their numbers.</summary>
    public static IReadOnlyList<string> Restrictions { get; } = ["none", "muted", "banned"];

    public static AccountRole? Role(string word) => word switch
    {
        "owner" => AccountRole.Owner,
        "admin" => AccountRole.Admin,
        "member" => AccountRole.Member,
        _ => null,
    };
}
