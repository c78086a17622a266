namespace ChatProtocol.Hub;

/// <summary>A read marker as it is stored.</summary>
/// <param name="Principal">The principal that has read.</param>
/// <param name="Room">The room.</param>
/// <param name="Seq">The seq of the last entry that was read.</param>
/// <param name="Epoch">The epoch that the room had then.</param>
/// <param name="Moved">When the marker was moved last, in milliseconds since 1970 UTC.</param>
public sealed record MarkerRecord(ulong Principal, ulong Room, ulong Seq, ulong Epoch, long Moved);
