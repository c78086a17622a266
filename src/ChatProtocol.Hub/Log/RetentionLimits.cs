namespace ChatProtocol.Hub;

/// <summary>A room's retention limits; null for no limit. An entry beyond any of the limits need not be kept.</summary>
/// <param name="Age">How long an entry is kept, in milliseconds.</param>
/// <param name="Count">How many entries are kept.</param>
/// <param name="Bytes">How many bytes of entries are kept.</param>
public sealed record RetentionLimits(ulong? Age, ulong? Count, ulong? Bytes);
