namespace ChatProtocol.Hub;

/// <summary>The one place that decides the rights of principals: no other code compares roles.</summary>
internal static class Rights
{
    private const Permissions Guest = Permissions.See | Permissions.Speak | Permissions.Rename | Permissions.Block;

    private const Permissions Admin = Permissions.See | Permissions.Speak | Permissions.Block | Permissions.Observe | Permissions.Moderate
        | Permissions.Announce | Permissions.Operate | Permissions.UseReserve | Permissions.Immune;

    private const Permissions Server = Permissions.Speak | Permissions.UseReserve | Permissions.Immune;

    /// <summary>A principal's permissions on the server; none for a session that is not logged in.</summary>
    public static Permissions Of(Principal? principal) => principal?.Role switch
    {
        Role.Guest => Guest,
        Role.Admin => Admin,
        Role.Server => Server,
        _ => Permissions.None,
    };

    /// <summary>A principal's permissions in a room; in a private room of others it has none, not even to see it (CP-ROM-006).</summary>
    public static Permissions Of(Principal principal, Room room) =>
        !room.IsPrivate || principal == room.Low || principal == room.High ? Of(principal) : Permissions.None;

    public static bool Include(this Permissions permissions, Permissions needed) => (permissions & needed) == needed;
}
