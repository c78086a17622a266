namespace ChatProtocol.Client;

/// <summary>A post that an earlier run did not learn the outcome of, and what became of it now that it was sent again.</summary>
/// <param name="Room">The room's address.</param>
/// <param name="Text">What was said.</param>
/// <param name="Receipt">Where it stands, whether it was stored then or now; null if it is not known to be stored.</param>
/// <param name="Error">Why it is not known to be stored; null if it is.</param>
public sealed record RecoveredPost(string Room, Text Text, PostReceipt? Receipt, ChatException? Error);
