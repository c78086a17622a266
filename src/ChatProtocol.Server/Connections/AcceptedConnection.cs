using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>An accepted connection: its transport, and the origin by which it is counted.</summary>
/// <param name="transport">Closed with the connection.</param>
/// <param name="stopping">Cancelled when the server is about to stop.</param>
internal sealed class AcceptedConnection(Transport transport, CancellationToken stopping)
{
    /// <summary>Carries the connection's bytes; replaced by another one behind a handshake.</summary>
    public Transport Transport { get; set; } = transport;

    /// <summary>The address that the connection is counted by, and whether it is near.</summary>
    public Origin Origin { get; set; }

    /// <summary>The connection's slot in the server; null if it is an admin's.</summary>
    public ConnectionSlot? Slot { get; init; }

    /// <summary>Whether guests may log in at the endpoint that it came to.</summary>
    public bool LetsGuestsIn { get; set; } = true;

    public CancellationToken Stopping { get; } = stopping;
}
