namespace ChatProtocol.Hub;

/// <summary>What a publisher has posted in one room, as it is stored. Belongs to the hub; the log keeps it.</summary>
/// <param name="Principal">Whose publisher it is.</param>
/// <param name="Id">Its 16 bytes.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Oldest">The counter of the oldest post remembered.</param>
/// <param name="LastUsed">When it was last in use, in milliseconds since 1970 UTC.</param>
/// <param name="Posts">The posts remembered, in the hub's own form.</param>
public sealed record PublisherRecord(ulong Principal, ReadOnlyMemory<byte> Id, ulong Room, ulong Oldest, long LastUsed, ReadOnlyMemory<byte> Posts);
