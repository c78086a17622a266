namespace ChatProtocol.Server;

/// <summary>The tables of the log over one connection: SQL on one side, the hub's records on the other.</summary>
internal sealed class DatabaseTables
{
    public DatabaseTables(DatabaseConnection connection)
    {
        Meta = new MetaTable(connection);
        Unindexed = new UnindexedTable(connection, Meta);
        Rows = new SegmentReader(connection);
        Segments = new SegmentTable(connection, Rows, Unindexed);
        Index = new DirectoryIndex(connection);
        Standings = new StandingTable(connection);
        Rooms = new RoomTable(connection, Index, Standings);
        Principals = new PrincipalTable(connection, Index);
        Publishers = new PublisherTable(connection, Meta, Index);
        Blocks = new BlockTable(connection);
        Bans = new BanTable(connection);
        Reports = new ReportTable(connection);
        Tokens = new TokenTable(connection, Meta);
        Invitations = new InvitationTable(connection, Meta);
        Accounts = new AccountTable(connection, Principals, Tokens, Invitations);
        Audit = new AuditTable(connection, Meta);
        Messages = new MessageTables(connection);
        Markers = new MarkerTable(connection);
        RemovedRooms = new RemovedRoomTable(connection, Segments, Rooms, Publishers, Messages, Markers);
    }

    public SegmentReader Rows { get; }

    public SegmentTable Segments { get; }

    public DirectoryIndex Index { get; }

    public RoomTable Rooms { get; }

    public StandingTable Standings { get; }

    public PrincipalTable Principals { get; }

    public PublisherTable Publishers { get; }

    public MessageTables Messages { get; }

    public BlockTable Blocks { get; }

    public MarkerTable Markers { get; }

    public BanTable Bans { get; }

    public ReportTable Reports { get; }

    public AccountTable Accounts { get; }

    public TokenTable Tokens { get; }

    public InvitationTable Invitations { get; }

    public AuditTable Audit { get; }

    public RemovedRoomTable RemovedRooms { get; }

    public MetaTable Meta { get; }

    public UnindexedTable Unindexed { get; }

    /// <summary>Removes the records that are not as they were stored, and locks accounts instead; true if there were some.</summary>
    public bool RemoveDamaged() =>
        Meta.ReplaceDamaged() | Rooms.RemoveDamaged() | Principals.RemoveDamaged() | Publishers.RemoveDamaged() | Blocks.RemoveDamaged() | Bans.RemoveDamaged()
        | Reports.RemoveDamaged() | Tokens.RemoveDamaged() | Invitations.RemoveDamaged() | Messages.RemoveDamaged() | Markers.RemoveDamaged() | Accounts.LockDamaged() | Standings.LockDamaged();
}
