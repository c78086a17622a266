namespace ChatProtocol.Server;

/// <summary>Turns a connection's transport into one that nobody on the way can read.</summary>
/// <param name="transport">The transport, with none of its input taken yet.</param>
/// <param name="stopping">Gives up when the server stops or the handshake takes too long.</param>
/// <exception cref="IOException">The handshake failed.</exception>
internal delegate ValueTask<Transport> Handshake(Transport transport, CancellationToken stopping);
