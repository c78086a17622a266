namespace ChatProtocol.Hub;

/// <summary>What the log held at the start.</summary>
/// <param name="Rooms">Every room that has entries.</param>
/// <param name="Principals">Every principal that was ever stored.</param>
/// <param name="NextPrincipal">The lowest principal id that was never given.</param>
/// <param name="ReservedRooms">The highest <see cref="LogChange.ReserveRooms"/> that was stored; 0 if there was none.</param>
public sealed record LogContents(
    IReadOnlyList<RoomRecord> Rooms, IReadOnlyList<PrincipalRecord> Principals, ulong NextPrincipal, ulong ReservedRooms)
{
    /// <summary>The highest <see cref="LogChange.ReservePrincipals"/> that was stored; 0 if there was none.</summary>
    public ulong ReservedPrincipals { get; init; }

    /// <summary>Who blocks whom.</summary>
    public IReadOnlyList<BlockRecord> Blocks { get; init; } = [];

    /// <summary>The bans, those among them whose time is over.</summary>
    public IReadOnlyList<BanRecord> Bans { get; init; } = [];

    /// <summary>Rooms that went and are not wholly gone; they are not among the rooms.</summary>
    public IReadOnlyList<ulong> RemovedRooms { get; init; } = [];

    /// <summary>What was stored of publishers.</summary>
    public IReadOnlyList<PublisherRecord> Publishers { get; init; } = [];

    /// <summary>The segments with counted posts that the publishers' records may not know yet, in the order they were stored in (<see cref="LogTail"/>). Gone through once.</summary>
    public IEnumerable<TailSegment> Tail { get; init; } = [];

    /// <summary>The latest time that it knows of, in milliseconds since 1970 UTC; 0 if it knows of none.</summary>
    public long NewestTime => Math.Max(Rooms.Select(room => (long)room.Time).DefaultIfEmpty().Max(), Principals.Select(principal => principal.LastSeen).DefaultIfEmpty().Max());

    /// <summary>A log that was never written to.</summary>
    public static LogContents Empty { get; } = new([], [], 0, 0);
}
