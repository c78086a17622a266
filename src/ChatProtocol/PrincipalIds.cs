namespace ChatProtocol;

/// <summary>The ids of the server's own principals. Only the id identifies them; a name alone proves nothing (CP-NAM-018).</summary>
public static class PrincipalIds
{
    /// <summary>The server itself.</summary>
    public const ulong Server = 1;

    /// <summary>A user of the admin socket.</summary>
    public const ulong Admin = 2;

    /// <summary>The lowest id of a guest.</summary>
    public const ulong FirstGuest = 16;

    /// <summary>Whether the principal is the server or an admin, and not a guest, whatever its name.</summary>
    /// <param name="principal">A principal's id, such as <see cref="Entry.From"/>.</param>
    public static bool IsServers(ulong principal) => principal < FirstGuest;
}
