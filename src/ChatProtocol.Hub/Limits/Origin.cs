namespace ChatProtocol.Hub;

/// <summary>The origin of a connection, as bounds and bans see it.</summary>
/// <param name="Key">
/// The key that is counted as one address: an IPv4 address, an IPv6 prefix of 64 bits written as <c>2001:db8:1:2::/64</c> (link-local
/// addresses and those of the machine's own prefixes whole), <c>unix</c> for Unix sockets.
/// </param>
/// <param name="IsNear">Whether it counts as the same machine, which has wider bounds.</param>
public readonly record struct Origin(string Key, bool IsNear);
