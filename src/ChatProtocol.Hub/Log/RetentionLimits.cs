namespace ChatProtocol.Hub;

/// <summary>What a room has to keep; null for no limit. An entry beyond any of the limits need not be kept.</summary>
/// <param name="Age">Milliseconds that an entry is kept.</param>
/// <param name="Count">How many entries are kept.</param>
/// <param name="Bytes">How many bytes of entries are kept.</param>
public sealed record RetentionLimits(ulong? Age, ulong? Count, ulong? Bytes);
