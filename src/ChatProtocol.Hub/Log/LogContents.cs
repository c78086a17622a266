namespace ChatProtocol.Hub;

/// <summary>The contents of the log at the start.</summary>
/// <param name="Rooms">Every room that has entries.</param>
/// <param name="Principals">Every principal that was ever stored.</param>
/// <param name="NextPrincipal">The lowest principal id that was never given.</param>
/// <param name="ReservedRooms">The highest <see cref="LogChange.ReserveRooms"/> that was stored; 0 if there was none.</param>
public sealed record LogContents(
    IReadOnlyList<RoomRecord> Rooms, IReadOnlyList<PrincipalRecord> Principals, ulong NextPrincipal, ulong ReservedRooms)
{
    /// <summary>The highest <see cref="LogChange.ReservePrincipals"/> that was stored; 0 if there was none.</summary>
    public ulong ReservedPrincipals { get; init; }

    /// <summary>The blocks between principals.</summary>
    public IReadOnlyList<BlockRecord> Blocks { get; init; } = [];

    /// <summary>The bans, including those that have expired.</summary>
    public IReadOnlyList<BanRecord> Bans { get; init; } = [];

    /// <summary>Rooms that were removed but whose entries are not all gone; they are not among <c>Rooms</c>.</summary>
    public IReadOnlyList<ulong> RemovedRooms { get; init; } = [];

    /// <summary>The stored records of publishers.</summary>
    public IReadOnlyList<PublisherRecord> Publishers { get; init; } = [];

    /// <summary>
    /// The segments with counted posts that the publishers' records may not know yet, in the order in which they were stored
    /// (<see cref="LogTail"/>). Can be enumerated once.
    /// </summary>
    public IEnumerable<TailSegment> Tail { get; init; } = [];

    /// <summary>The latest time in the log, in milliseconds since 1970 UTC; 0 if there is none.</summary>
    public long NewestTime => Math.Max(Rooms.Select(room => (long)room.Time).DefaultIfEmpty().Max(), Principals.Select(principal => principal.LastSeen).DefaultIfEmpty().Max());

    /// <summary>The contents of a log that was never written to.</summary>
    public static LogContents Empty { get; } = new([], [], 0, 0);
}
