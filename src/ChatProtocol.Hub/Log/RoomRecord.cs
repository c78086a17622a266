namespace ChatProtocol.Hub;

/// <summary>A room as it is stored.</summary>
/// <param name="Id">The room's id.</param>
/// <param name="Kind">The room's kind.</param>
/// <param name="Name">The name as typed by its creator; empty for a private room.</param>
/// <param name="Epoch">The epoch of its log.</param>
/// <param name="EpochFirst">The first seq of that epoch.</param>
/// <param name="Creator">The principal that created the room; for a private room the lower of the two ids.</param>
/// <param name="Peer">The higher of the two principals' ids of a private room; 0 for a public one.</param>
public sealed record RoomRecord(ulong Id, RoomKind Kind, string Name, ulong Epoch, ulong EpochFirst, ulong Creator, ulong Peer)
{
    /// <summary>The seq of the last committed entry, as the log found it; 0 for none.</summary>
    public ulong Head { get; init; }

    /// <summary>How many entries up to the head are not said, as the log found it (<see cref="Segment.Unsaid"/>).</summary>
    public ulong Unsaid { get; init; }

    /// <summary>The seq of the first entry that is kept, as the log found it.</summary>
    public ulong Oldest { get; init; } = 1;

    /// <summary>The room's retention; null to keep everything.</summary>
    public RetentionLimits? Keeps { get; init; }

    /// <summary>The room's settings.</summary>
    public RoomSettings Settings { get; init; } = RoomSettings.None;

    /// <summary>Those who have or had a role or a restriction in the room, where the log was asked for the whole room.</summary>
    public IReadOnlyList<RoomStanding> Standings { get; init; } = [];

    /// <summary>The principals with a role in the room, the creator among them unless its role was taken; those who see a room by invitation.</summary>
    public IEnumerable<ulong> Insiders => Standings.Where(one => one.HasRole).Select(one => one.Principal)
        .Concat(Creator < PrincipalIds.FirstGuest || Standings.Any(one => one.Principal == Creator) ? [] : [Creator]);

    /// <summary>Whether a principal may read the room without a right on the server, as far as this record tells: a ban in a public one it does not.</summary>
    public bool IsOpenTo(ulong principal) => Kind switch
    {
        RoomKind.Public => true,
        RoomKind.Private => principal == Creator || principal == Peer,
        _ => Insiders.Contains(principal),
    };

    /// <summary>The last committed entry's time, in milliseconds since 1970 UTC; 0 for none.</summary>
    public ulong Time { get; init; }
}
