namespace ChatProtocol.Hub;

/// <summary>
/// The key of a post as the server has it: a hash of the principal, the room and the bytes that the client gave, with the server's secret (CP-KEY-008).
/// </summary>
/// <param name="Room">The room's id.</param>
/// <param name="Digest">The hash, which two keys never have in common.</param>
public sealed record PostKey(ulong Room, UInt128 Digest);

/// <summary>A post with a key as it is stored, beside its entry and for as long.</summary>
/// <param name="Key">The key.</param>
/// <param name="Seq">The entry's seq.</param>
/// <param name="Time">The entry's time, in milliseconds since 1970 UTC.</param>
/// <param name="BodyHash">A hash of its text; 0 for an erased one.</param>
public sealed record PostKeyRecord(PostKey Key, ulong Seq, ulong Time, ulong BodyHash);
