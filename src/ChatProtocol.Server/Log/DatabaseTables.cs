namespace ChatProtocol.Server;

/// <summary>The tables of the log over one connection: SQL on one side, the hub's records on the other.</summary>
internal sealed class DatabaseTables
{
    public DatabaseTables(DatabaseConnection connection)
    {
        Rows = new SegmentReader(connection);
        Segments = new SegmentTable(connection, Rows);
        Index = new DirectoryIndex(connection);
        Standings = new StandingTable(connection);
        Rooms = new RoomTable(connection, Index, Standings);
        Principals = new PrincipalTable(connection, Index);
        Meta = new MetaTable(connection);
        Publishers = new PublisherTable(connection, Meta, Index);
        Blocks = new BlockTable(connection);
        Bans = new BanTable(connection);
        Reports = new ReportTable(connection);
        Tokens = new TokenTable(connection, Meta);
        Invitations = new InvitationTable(connection, Meta);
        Accounts = new AccountTable(connection, Principals, Tokens, Invitations);
        Audit = new AuditTable(connection, Meta);
        PostKeys = new PostKeyTable(connection);
        RemovedRooms = new RemovedRoomTable(connection, Segments, Rooms, Publishers, PostKeys);
    }

    public SegmentReader Rows { get; }

    public SegmentTable Segments { get; }

    public DirectoryIndex Index { get; }

    public RoomTable Rooms { get; }

    public StandingTable Standings { get; }

    public PrincipalTable Principals { get; }

    public PublisherTable Publishers { get; }

    public PostKeyTable PostKeys { get; }

    public BlockTable Blocks { get; }

    public BanTable Bans { get; }

    public ReportTable Reports { get; }

    public AccountTable Accounts { get; }

    public TokenTable Tokens { get; }

    public InvitationTable Invitations { get; }

    public AuditTable Audit { get; }

    public RemovedRoomTable RemovedRooms { get; }

    public MetaTable Meta { get; }

    /// <summary>Removes the records that are not as they were stored, and locks accounts instead; true if there were some.</summary>
    public bool RemoveDamaged() =>
        Meta.ReplaceDamaged() | Rooms.RemoveDamaged() | Principals.RemoveDamaged() | Publishers.RemoveDamaged() | Blocks.RemoveDamaged() | Bans.RemoveDamaged()
        | Reports.RemoveDamaged() | Tokens.RemoveDamaged() | Invitations.RemoveDamaged() | PostKeys.RemoveDamaged() | Accounts.LockDamaged() | Standings.LockDamaged();
}
