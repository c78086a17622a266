namespace ChatProtocol.Client;

/// <summary>The server's word that a post is as durable as <see cref="ServerInfo.Durability"/> says.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Epoch">The epoch that the seq is counted in.</param>
/// <param name="Seq">The entry's number in the room; null for a duplicate too old for the server to remember it.</param>
/// <param name="Time">When it was said, in milliseconds since 1970 UTC; null together with the seq.</param>
public readonly record struct PostReceipt(ulong Room, ulong Epoch, ulong? Seq, ulong? Time);
