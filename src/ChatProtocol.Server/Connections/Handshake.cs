namespace ChatProtocol.Server;

/// <summary>Turns a connection's transport into one that nobody on the way can read.</summary>
/// <param name="accepted">The connection, with none of its transport's input taken yet.</param>
/// <param name="stopping">Gives up when the server stops or the handshake takes too long.</param>
/// <returns>The transport above the present one.</returns>
/// <exception cref="IOException">The handshake failed.</exception>
internal delegate ValueTask<Transport> Handshake(AcceptedConnection accepted, CancellationToken stopping);
