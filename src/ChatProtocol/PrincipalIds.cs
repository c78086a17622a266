namespace ChatProtocol;

/// <summary>Principals that are the server's own. They are told by these ids, for a name alone proves nothing (CP-NAM-018).</summary>
public static class PrincipalIds
{
    /// <summary>The server's own voice.</summary>
    public const ulong Server = 1;

    /// <summary>Whoever is on the admin socket.</summary>
    public const ulong Admin = 2;

    /// <summary>Guests have ids from here on.</summary>
    public const ulong FirstGuest = 16;

    /// <summary>Whether it is the server or an admin who speaks, and no guest, whatever the name.</summary>
    /// <param name="principal">Such as <see cref="Entry.From"/>.</param>
    public static bool IsServers(ulong principal) => principal < FirstGuest;
}
