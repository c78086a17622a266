namespace ChatProtocol.Client;

/// <summary>A server's description of itself when the connection was made. Immutable.</summary>
public sealed record ServerInfo
{
    private ServerInfo()
    {
    }

    /// <summary>The 16 bytes that tell one server from another; kept with its data.</summary>
    public ReadOnlyMemory<byte> Id { get; private init; }

    /// <summary>The program's name and version, for people.</summary>
    public string Agent { get; private init; } = "";

    /// <summary>The protocol's minor version on this connection.</summary>
    public int Minor { get; private init; }

    /// <summary>The capabilities agreed on beyond the version.</summary>
    public IReadOnlyList<string> Capabilities { get; private init; } = [];

    /// <summary>The limits of the server; <see cref="Limits.InFlight"/> is how many posts may be under way at once.</summary>
    public Limits Limits { get; private init; } = Limits.Default;

    /// <summary>The durability of an acknowledged post.</summary>
    public Durability Durability { get; private init; }

    /// <summary>The server's clock minus this machine's, as far as the transit time of the welcome allows to know.</summary>
    public TimeSpan TimeOffset { get; private init; }

    internal static ServerInfo From(Welcome welcome, DateTimeOffset now) => new()
    {
        Id = welcome.Server,
        Agent = welcome.Agent,
        Minor = welcome.Minor,
        Capabilities = welcome.Capabilities,
        Limits = welcome.Limits,
        Durability = welcome.Durability,
        TimeOffset = WireTimes.Time(welcome.Time) - now,
    };
}
