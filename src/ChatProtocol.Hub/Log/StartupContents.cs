namespace ChatProtocol.Hub;

/// <summary>The part of the log that a start needs; the hub looks up the rest when it is wanted.</summary>
/// <param name="Rooms">The lobby, and the rooms with limits; every stored room if this is all.</param>
/// <param name="Principals">The principals of those that are private; every stored principal if this is all.</param>
/// <param name="NextPrincipal">The lowest principal id that was never given.</param>
/// <param name="ReservedRooms">The highest <see cref="LogChange.ReserveRooms"/> that was stored; 0 if there was none.</param>
public sealed record StartupContents(
    IReadOnlyList<RoomRecord> Rooms, IReadOnlyList<PrincipalRecord> Principals, ulong NextPrincipal, ulong ReservedRooms)
{
    /// <summary>The highest <see cref="LogChange.ReservePrincipals"/> that was stored; 0 if there was none.</summary>
    public ulong ReservedPrincipals { get; init; }

    /// <summary>
    /// Whether these are all rooms and principals, as the log cannot look them up before they are indexed
    /// (<see cref="MaintenanceTask.Index"/>).
    /// </summary>
    public bool IsWhole { get; init; }

    /// <summary>How many rooms are stored.</summary>
    public ulong RoomCount { get; init; } = (ulong)Rooms.Count;

    /// <summary>The accounts of these principals.</summary>
    public IReadOnlyList<AccountRecord> Accounts { get; init; } = [];

    /// <summary>Every token of these accounts, by ascending number.</summary>
    public IReadOnlyList<TokenRecord> Tokens { get; init; } = [];

    /// <summary>How many owners' accounts are stored that are not disabled.</summary>
    public int Owners { get; init; }

    /// <summary>The invitations, by ascending number, including those that are over.</summary>
    public IReadOnlyList<InvitationRecord> Invitations { get; init; } = [];

    /// <summary>The lowest number of a token that was never given.</summary>
    public ulong NextToken { get; init; } = 1;

    /// <summary>The lowest number of an invitation that was never given.</summary>
    public ulong NextInvitation { get; init; } = 1;

    /// <summary>Every block of these principals, each with the present name of the principal that is blocked.</summary>
    public IReadOnlyList<BlockRecord> Blocks { get; init; } = [];

    /// <summary>Every read marker of these principals.</summary>
    public IReadOnlyList<MarkerRecord> Markers { get; init; } = [];

    /// <summary>The bans, including those that have expired.</summary>
    public IReadOnlyList<BanRecord> Bans { get; init; } = [];

    /// <summary>The ends of the audit log.</summary>
    public AuditExtent Audit { get; init; } = AuditExtent.Empty;
    /// <summary>The room that reports are gathered in (<see cref="LogChange.SetModeratorsRoom"/>); 0 if there is none. It is among <c>Rooms</c>, unless it was removed.</summary>
    public ulong ModeratorsRoom { get; init; }

    /// <summary>The reports, in the order in which they were made.</summary>
    public IReadOnlyList<ReportRecord> Reports { get; init; } = [];

    /// <summary>Rooms that were removed but whose entries are not all gone; they are not among <c>Rooms</c>.</summary>
    public IReadOnlyList<ulong> RemovedRooms { get; init; } = [];

    /// <summary>
    /// Reads the stored records of a principal's publishers. Called before the hub is ready: for each of these principals, for the
    /// admins' own, and for those that have posts to replay.
    /// </summary>
    public Func<ulong, IEnumerable<PublisherRecord>> PublishersOf { get; init; } = _ => [];

    /// <summary>
    /// The segments with counted posts that the publishers' records may not know yet, in the order in which they were stored
    /// (<see cref="PublisherReplay"/>). Can be enumerated once.
    /// </summary>
    public IEnumerable<ReplaySegment> Replay { get; init; } = [];

    /// <summary>The latest time in the log, in milliseconds since 1970 UTC; 0 if there is none.</summary>
    public long NewestTime { get; init; }

    /// <summary>The contents of a log that was never written to.</summary>
    public static StartupContents Empty { get; } = new([], [], 0, 0);
}
