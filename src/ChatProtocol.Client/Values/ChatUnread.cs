namespace ChatProtocol.Client;

/// <summary>How far a user has read in a room, on whatever device, and how much it has not. Immutable.</summary>
public sealed record ChatUnread
{
    /// <summary>The seq of the last entry that was read; 0 for none.</summary>
    public ulong Marker { get; init; }

    /// <summary>How many entries above the marker, up to <see cref="Head"/>, are said by others and not erased.</summary>
    public ulong Count { get; init; }

    /// <summary>Whether <see cref="Count"/> is the number; otherwise it is at most so many, as the server has not looked at all of them (CP-MRK-004).</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>The seq of the last entry that was counted, or could have been.</summary>
    public ulong Head { get; init; }

    internal static ChatUnread Of(Marked told) => new() { Marker = told.Seq, Count = told.Unread, IsExact = told.Exact, Head = told.Head };

    internal static ChatUnread Of(Marker told) => new() { Marker = told.Seq, Count = told.Unread, IsExact = told.Exact, Head = told.Head };

    internal static ChatUnread Of(UnreadListItem told) => new() { Marker = told.Seq, Count = told.Unread, IsExact = told.Exact, Head = told.Head };
}
