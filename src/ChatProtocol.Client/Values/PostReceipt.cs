namespace ChatProtocol.Client;

/// <summary>The server's acknowledgement that a post, or a change in a room, is as durable as <see cref="ServerInfo.Durability"/> says. Immutable.</summary>
public readonly record struct PostReceipt
{
    /// <summary>The room's id.</summary>
    public ulong Room { get; init; }

    /// <summary>The epoch that the seq is counted in.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The entry's number in the room; null for a duplicate too old for the server to remember it, or a change that changes nothing.</summary>
    public ulong? Seq { get; init; }

    /// <summary>When it was stored, by the server's clock; null together with the seq.</summary>
    public DateTimeOffset? Time { get; init; }

    internal static PostReceipt Of(Posted posted, ulong room, ulong epoch) =>
        new() { Room = room, Epoch = epoch, Seq = posted.Seq, Time = posted.Time is { } time ? WireTimes.Time(time) : null };
}
