namespace ChatProtocol.Hub;

/// <summary>The posts of a publisher in one room, as they are stored. The hub owns the content; the log only keeps it.</summary>
/// <param name="Principal">The id of the publisher's principal.</param>
/// <param name="Id">The publisher's 16 bytes.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Oldest">The counter of the oldest post remembered.</param>
/// <param name="LastUsed">When the publisher was last in use, in milliseconds since 1970 UTC.</param>
/// <param name="Posts">The posts remembered, in the hub's own form.</param>
public sealed record PublisherRecord(ulong Principal, ReadOnlyMemory<byte> Id, ulong Room, ulong Oldest, long LastUsed, ReadOnlyMemory<byte> Posts);
