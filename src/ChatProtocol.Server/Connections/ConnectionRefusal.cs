namespace ChatProtocol.Server;

/// <summary>The reason why a connection is not let in.</summary>
/// <param name="Text">For people.</param>
/// <param name="IsAddress">Whether the address has too many connections, and not the server.</param>
internal sealed record ConnectionRefusal(string Text, bool IsAddress);
