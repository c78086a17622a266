namespace ChatProtocol.Client;

/// <summary>A piece of a room's past.</summary>
/// <param name="Entries">The entries by ascending seq.</param>
/// <param name="Epoch">The room's epoch.</param>
/// <param name="Head">The seq of the last committed entry.</param>
/// <param name="More">Whether there are entries beyond these in the direction asked for.</param>
public sealed record HistoryPage(IReadOnlyList<Message> Entries, ulong Epoch, ulong Head, bool More);
