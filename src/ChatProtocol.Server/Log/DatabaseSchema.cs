using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The database's tables, version by version. A version once released is never changed, only migrated.</summary>
internal static partial class DatabaseSchema
{
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE room(
            id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, epoch INTEGER NOT NULL,
            epoch_first INTEGER NOT NULL, creator INTEGER NOT NULL, peer INTEGER NOT NULL);
        CREATE TABLE principal(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, key_hash BLOB NOT NULL, last_seen INTEGER NOT NULL,
            holds_name INTEGER NOT NULL);
        -- Rows in the order of commits, found by room through the index: one insertion point, whatever the rooms.
        CREATE TABLE segment(
            id INTEGER PRIMARY KEY, room INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
            time INTEGER NOT NULL, format INTEGER NOT NULL, crc INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE UNIQUE INDEX segment_by_room ON segment(room, first);
        """,
        """
        -- Who posted the entries with which counters, covered by the checksum as the bytes are.
        ALTER TABLE segment ADD COLUMN posts BLOB;
        -- The same gathered, up to the segment that meta's 'publishers' names.
        CREATE TABLE publisher(
            principal INTEGER NOT NULL, id BLOB NOT NULL, room INTEGER NOT NULL, oldest INTEGER NOT NULL,
            last_used INTEGER NOT NULL, posts BLOB NOT NULL, PRIMARY KEY (principal, id, room)) WITHOUT ROWID;
        CREATE TABLE publisher_end(principal INTEGER NOT NULL, id BLOB NOT NULL, segment INTEGER NOT NULL);
        INSERT INTO meta(key, value) VALUES ('hash_key', randomblob(16));
        """,
        """
        -- What the room has to keep; null for no limit.
        ALTER TABLE room ADD COLUMN keep_age INTEGER;
        ALTER TABLE room ADD COLUMN keep_count INTEGER;
        ALTER TABLE room ADD COLUMN keep_bytes INTEGER;
        """,
        """
        -- Where a principal's last entries lie, so that it can go when they have; null where that is not known.
        ALTER TABLE principal ADD COLUMN entries BLOB;
        ALTER TABLE principal ADD COLUMN first_entry INTEGER NOT NULL DEFAULT 0;
        """,
        """
        CREATE TABLE block(
            owner INTEGER NOT NULL, blocked INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (owner, blocked)) WITHOUT ROWID;
        -- One ban of each subject: the hash of a guest's key, or a run of addresses.
        CREATE TABLE ban(
            id INTEGER PRIMARY KEY, subject_key TEXT NOT NULL UNIQUE, principal INTEGER NOT NULL, subject TEXT NOT NULL,
            key_hash BLOB NOT NULL, until INTEGER NOT NULL, reason TEXT NOT NULL, made_by TEXT NOT NULL, made INTEGER NOT NULL);
        -- Rooms that are gone, and whose segments are going.
        CREATE TABLE removed_room(id INTEGER PRIMARY KEY);
        """,
        """
        -- What tells a row that was damaged from one that was stored so; null in rows from before.
        ALTER TABLE meta ADD COLUMN crc INTEGER;
        ALTER TABLE room ADD COLUMN crc INTEGER;
        ALTER TABLE principal ADD COLUMN crc INTEGER;
        ALTER TABLE publisher ADD COLUMN crc INTEGER;
        ALTER TABLE block ADD COLUMN crc INTEGER;
        ALTER TABLE ban ADD COLUMN crc INTEGER;
        """,
        """
        -- By what rooms, principals and publishers are looked up. All of it follows from the tables above, and rows from before are
        -- added by and by, up to the ids in meta's 'indexed_...' (DirectoryIndex).
        CREATE TABLE room_key(
            hash INTEGER NOT NULL, scripts INTEGER NOT NULL, room INTEGER NOT NULL, PRIMARY KEY (hash, scripts, room)) WITHOUT ROWID;
        -- The rooms of a principal by kind; principal 0 has those of everybody.
        CREATE TABLE room_of(
            principal INTEGER NOT NULL, kind INTEGER NOT NULL, room INTEGER NOT NULL, PRIMARY KEY (principal, kind, room)) WITHOUT ROWID;
        CREATE TABLE principal_key(
            hash INTEGER NOT NULL, principal INTEGER NOT NULL, PRIMARY KEY (hash, principal)) WITHOUT ROWID;
        CREATE TABLE publisher_of(
            room INTEGER NOT NULL, principal INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY (room, principal, id)) WITHOUT ROWID;
        """,
        """
        -- Told here and by the account's own row, so that no damage makes a guest of somebody.
        ALTER TABLE principal ADD COLUMN has_account INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE account(
            principal INTEGER PRIMARY KEY, role INTEGER NOT NULL, password BLOB NOT NULL, made INTEGER NOT NULL,
            disabled INTEGER NOT NULL, crc INTEGER NOT NULL);
        -- Counted by every start: the owners who can log in.
        CREATE INDEX account_owner ON account(principal) WHERE role = 3 AND disabled = 0;
        CREATE TABLE token(
            id INTEGER PRIMARY KEY, principal INTEGER NOT NULL, hash TEXT NOT NULL UNIQUE, label TEXT NOT NULL, scopes INTEGER NOT NULL,
            rooms BLOB NOT NULL, made INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL, crc INTEGER NOT NULL);
        CREATE INDEX token_of ON token(principal);
        CREATE TABLE invitation(
            id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, made_by INTEGER NOT NULL, role INTEGER NOT NULL, uses INTEGER NOT NULL,
            made INTEGER NOT NULL, expires INTEGER NOT NULL, crc INTEGER NOT NULL);
        CREATE INDEX invitation_of ON invitation(made_by);
        -- By what accounts are found that a name could be mistaken for; follows from their principals (DirectoryIndex).
        CREATE TABLE account_look(
            hash INTEGER NOT NULL, scripts INTEGER NOT NULL, principal INTEGER NOT NULL, PRIMARY KEY (hash, scripts, principal)) WITHOUT ROWID;
        """,
        """
        ALTER TABLE room ADD COLUMN title TEXT NOT NULL DEFAULT '';
        ALTER TABLE room ADD COLUMN topic TEXT NOT NULL DEFAULT '';
        ALTER TABLE room ADD COLUMN moderated INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE room ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE room ADD COLUMN slow INTEGER NOT NULL DEFAULT 0;
        -- The roles and restrictions of principals in rooms. Whoever created a room needs no row to be its owner.
        CREATE TABLE room_standing(
            room INTEGER NOT NULL, principal INTEGER NOT NULL, name TEXT NOT NULL, role INTEGER NOT NULL, restriction INTEGER NOT NULL, until INTEGER NOT NULL,
            reason TEXT NOT NULL, made_by TEXT NOT NULL, made INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (room, principal)) WITHOUT ROWID;
        """,
        """
        -- The audit log, one chain of hashes from meta's 'audit_anchor' to its 'audit_head'. What is personal (name, address, target, reason)
        -- is hashed apart, with the salt: blanked together they leave the chain whole.
        CREATE TABLE audit(
            id INTEGER PRIMARY KEY, time INTEGER NOT NULL, principal INTEGER NOT NULL, name TEXT NOT NULL, credential INTEGER NOT NULL,
            token INTEGER NOT NULL, address TEXT NOT NULL, verb TEXT NOT NULL, target TEXT NOT NULL, whom INTEGER NOT NULL, room INTEGER NOT NULL,
            reason TEXT NOT NULL, was TEXT NOT NULL, becomes TEXT NOT NULL, result INTEGER NOT NULL, salt BLOB NOT NULL, personal BLOB NOT NULL,
            hash BLOB NOT NULL);
        """,
        """
        -- The entries that were reported, with where the copies lie: those go along with an entry that is erased.
        CREATE TABLE report(
            room INTEGER NOT NULL, seq INTEGER NOT NULL, reporter INTEGER NOT NULL, copy_room INTEGER NOT NULL, copy INTEGER NOT NULL, made INTEGER NOT NULL,
            crc INTEGER NOT NULL, PRIMARY KEY (room, seq, reporter)) WITHOUT ROWID;
        """,
        """
        -- The entries that were posted with a key, each known by a hash of who posted it, where, and the key, with meta's 'hash_key'.
        CREATE TABLE post_key(
            digest BLOB PRIMARY KEY, room INTEGER NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL, text_hash INTEGER NOT NULL,
            crc INTEGER NOT NULL) WITHOUT ROWID;
        -- They go with their entries.
        CREATE INDEX post_key_of ON post_key(room, seq);
        """,
        """
        -- How many of the room's entries up to the segment's last are said, and do not change others; null while all are.
        ALTER TABLE segment ADD COLUMN said INTEGER;
        """,
        """
        -- What has become of the messages that were amended; it goes with them.
        CREATE TABLE amended(
            id INTEGER PRIMARY KEY, room INTEGER NOT NULL, seq INTEGER NOT NULL, through INTEGER NOT NULL, text BLOB, edited INTEGER NOT NULL,
            edits BLOB NOT NULL, pinned INTEGER NOT NULL, reactions BLOB NOT NULL, crc INTEGER NOT NULL, UNIQUE (room, seq));
        CREATE INDEX amended_pinned ON amended(room, seq) WHERE pinned = 1;
        CREATE TABLE reaction(
            room INTEGER NOT NULL, seq INTEGER NOT NULL, principal INTEGER NOT NULL, reaction TEXT NOT NULL, name TEXT NOT NULL,
            crc INTEGER NOT NULL, PRIMARY KEY (room, seq, principal, reaction)) WITHOUT ROWID;
        -- Which messages belong to which thread.
        CREATE TABLE threaded(
            room INTEGER NOT NULL, root INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (room, root, seq)) WITHOUT ROWID;
        CREATE INDEX threaded_of ON threaded(room, seq);
        """,
        """
        -- How far each principal has read in each room, and the epoch that the room had then.
        CREATE TABLE marker(
            principal INTEGER NOT NULL, room INTEGER NOT NULL, seq INTEGER NOT NULL, epoch INTEGER NOT NULL, moved INTEGER NOT NULL, crc INTEGER NOT NULL,
            PRIMARY KEY (principal, room)) WITHOUT ROWID;
        -- They go with the room.
        CREATE INDEX marker_of ON marker(room);
        """,
        """
        -- For how many milliseconds a message can be edited; 0 for ever.
        ALTER TABLE room ADD COLUMN edit_for INTEGER NOT NULL DEFAULT 0;
        """,
        """
        -- What is gone from the log and is still to go from the index of searches (UnindexedTable): frames, for as long as that takes.
        CREATE TABLE unindexed(
            id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, room INTEGER NOT NULL, first INTEGER NOT NULL, is_whole INTEGER NOT NULL, count INTEGER NOT NULL,
            bytes BLOB NOT NULL);
        """,
    ];

    /// <summary>
    /// The tables that follow from no other, each with the key that orders its rows; all except the segments, whose rows have only
    /// their numbers.
    /// </summary>
    public static IReadOnlyList<(string Table, string Key)> SmallTables { get; } =
    [
        ("meta", "key"), ("room", "id"), ("principal", "id"), ("publisher", "principal, id, room"), ("publisher_end", "rowid"),
        ("block", "owner, blocked"), ("ban", "id"), ("removed_room", "id"), ("account", "principal"), ("token", "id"), ("invitation", "id"),
        ("room_standing", "room, principal"), ("audit", "id"), ("report", "room, seq, reporter"), ("post_key", "digest"),
        ("amended", "room, seq"), ("reaction", "room, seq, principal, reaction"), ("threaded", "room, root, seq"),
        ("marker", "principal, room"),
    ];

    /// <summary>The size of a page in bytes; suits segments. It takes effect only when the file is made.</summary>
    public const int PageSize = 16 * 1024;

    /// <summary>"chat" in ASCII, in the file's header: marks a database as chatd's.</summary>
    private const int ApplicationId = 0x63686174;

    public static int Newest => Migrations.Length;

    /// <summary>Refuses a database that another program has made.</summary>
    /// <exception cref="ServerException">The database is not chatd's.</exception>
    public static void RefuseForeign(DatabaseConnection connection, string path)
    {
        var id = Ask(connection, "PRAGMA application_id");
        var isOurs = id == ApplicationId || id == 0 && (Ask(connection, "PRAGMA user_version") == 0
            ? Ask(connection, "SELECT count(*) FROM sqlite_schema") == 0
            : Ask(connection, "SELECT count(*) FROM sqlite_schema WHERE name IN ('meta', 'room', 'principal', 'segment')") == 4);
        if (!isOurs)
            throw new ServerException($"the database {path} cannot be used: it is another program's; move it away, or give chatd a folder of its own with --data. If it was chatd's, it is damaged: restore a backup (chatctl backup --help)");
    }

    /// <summary>Brings a database up to the newest version, in one transaction.</summary>
    /// <exception cref="ServerException">The database was written by a newer server.</exception>
    public static void Migrate(DatabaseConnection connection, byte[] newServerId) => connection.Transact(() =>
    {
        var version = (int)Ask(connection, "PRAGMA user_version");
        if (version > Newest)
            throw new ServerException($"the database has schema {version} and this chatd knows up to {Newest}: use a newer chatd; if there is none, it is damaged: restore a backup (chatctl backup --help)");
        if (version < Newest || Ask(connection, "PRAGMA application_id") != ApplicationId)
            Migrate(connection, version, newServerId);
        connection.Execute("COMMIT");
        Failpoint.Reach("migration.done");
    });

    /// <summary>Whether every table and index is as it was made; others do not count.</summary>
    public static bool IsWhole(DatabaseConnection connection)
    {
        using var made = DatabaseConnection.Open(":memory:", SqliteOpenMode.Memory);
        Migrate(made, new byte[16]);
        var found = Read(connection);
        return Read(made).All(expected => found.GetValueOrDefault(expected.Key) == expected.Value);
    }

    /// <summary>The statement of each table and index, without comments and spaces.</summary>
    private static Dictionary<string, string> Read(DatabaseConnection connection)
    {
        using var statement = connection.Prepare("SELECT type || ' ' || name || ' ' || tbl_name, coalesce(sql, '') FROM sqlite_schema");
        using var rows = statement.Read();
        var made = new Dictionary<string, string>();
        while (rows.Read())
            made[rows.GetString(0)] = CommentOrSpace().Replace(rows.GetString(1), "");
        return made;
    }

    [GeneratedRegex(@"--[^\n]*|\s+")]
    private static partial Regex CommentOrSpace();

    private static void Migrate(DatabaseConnection connection, int version, byte[] newServerId)
    {
        foreach (var migration in Migrations[version..])
        {
            connection.Execute(migration);
            Failpoint.Reach("migration.step");
        }
        if (version == 0)
            connection.Execute("INSERT INTO meta(key, value) VALUES ('server', $id), ('indexed', 1)", newServerId);
        connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Newest}");
        Failpoint.Reach("migration.ready");
    }

    private static long Ask(DatabaseConnection connection, string sql) => (long)connection.Ask(sql)!;
}
