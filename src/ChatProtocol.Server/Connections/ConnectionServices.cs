using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatProtocol.Server;

/// <summary>The parts of the server that every connection uses.</summary>
/// <param name="Loop">The hub's thread.</param>
/// <param name="Limits">The limits of clients.</param>
/// <param name="Time">The clock.</param>
/// <param name="Endpoints">The sessions by endpoint; for the hub's thread.</param>
/// <param name="Encoder">The encoder of the hub's thread; no other thread may touch it.</param>
/// <param name="Budget">The bytes that all connections together may hold.</param>
/// <param name="FrameTimeout">The deadline for the rest of a frame.</param>
/// <param name="QueueBytes">Bytes that may wait to be sent on one connection before its member is behind.</param>
internal sealed record ConnectionServices(
    HubLoop Loop, Limits Limits, TimeProvider Time, EndpointIndex Endpoints, FrameBuffer Encoder, MemoryBudget Budget, TimeSpan FrameTimeout, int QueueBytes)
{
    /// <summary>How many connections there are, by transport.</summary>
    public LabelledCounts Connections { get; init; } = new("transport", "admin", "http", "tcp", "tls", "unix", "ws", "wss");

    /// <summary>The log of connections, each named by its session: what happens to them is told at the level of debugging.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
