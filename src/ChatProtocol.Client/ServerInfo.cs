namespace ChatProtocol.Client;

/// <summary>What a server told about itself when the connection was made.</summary>
/// <param name="Id">The 16 bytes that tell one server from another; kept with its data.</param>
/// <param name="Agent">The program's name and version, for people.</param>
/// <param name="Minor">The protocol's minor version that is spoken.</param>
/// <param name="Capabilities">What was agreed on beyond the version.</param>
/// <param name="Limits">What the server allows; <see cref="Limits.InFlight"/> is how many posts travel at once.</param>
/// <param name="Durability">What a post has been through when it is acknowledged.</param>
/// <param name="TimeOffset">The server's clock minus this machine's, as far as the welcome's way lets it be known.</param>
public sealed record ServerInfo(
    ReadOnlyMemory<byte> Id,
    string Agent,
    int Minor,
    IReadOnlyList<string> Capabilities,
    Limits Limits,
    Durability Durability,
    TimeSpan TimeOffset)
{
    internal static ServerInfo From(Welcome welcome, DateTimeOffset now) => new(
        welcome.Server, welcome.Agent, welcome.Minor, welcome.Capabilities, welcome.Limits, welcome.Durability,
        TimeSpan.FromMilliseconds(welcome.Time - now.ToUnixTimeMilliseconds()));
}
