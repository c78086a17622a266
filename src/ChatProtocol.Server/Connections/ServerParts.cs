namespace ChatProtocol.Server;

/// <summary>What every connection is given of its server.</summary>
/// <param name="Loop">The hub's thread.</param>
/// <param name="Limits">What clients are allowed.</param>
/// <param name="Time">The clock.</param>
/// <param name="Legacy">How plain text clients are served.</param>
/// <param name="Encoder">Where the hub's thread encodes frames; nobody else may touch it.</param>
/// <param name="Budget">What all connections together may hold.</param>
/// <param name="FrameTimeout">How long the rest of a frame may take.</param>
/// <param name="QueueBytes">Bytes that may wait to be sent on one connection before it is behind.</param>
internal sealed record ServerParts(
    HubLoop Loop, Limits Limits, TimeProvider Time, LegacyOptions Legacy, FrameBuffer Encoder, MemoryBudget Budget, TimeSpan FrameTimeout, int QueueBytes);
