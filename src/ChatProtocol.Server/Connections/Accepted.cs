using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A connection as it was accepted: how its bytes come and go, and what it is counted by.</summary>
/// <param name="transport">Closed with the connection.</param>
/// <param name="stopping">Cancelled when the server is about to stop.</param>
internal sealed class Accepted(Transport transport, CancellationToken stopping)
{
    /// <summary>How its bytes come and go; another one behind a handshake.</summary>
    public Transport Transport { get; set; } = transport;

    /// <summary>What it is counted by.</summary>
    public Origin Origin { get; set; }

    /// <summary>What it takes up in the server; nothing if it is an admin's.</summary>
    public Place? Place { get; init; }

    public CancellationToken Stopping { get; } = stopping;
}
