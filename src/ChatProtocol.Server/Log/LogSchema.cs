using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The database's tables, version by version. A version once released is never changed, only migrated.</summary>
internal static class LogSchema
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
    ];

    /// <summary>"chat" in ASCII, in the file's header: tells a database of ours from one of another program.</summary>
    private const int ApplicationId = 0x63686174;

    public static int Newest => Migrations.Length;

    /// <summary>Leaves alone what another program has made.</summary>
    /// <exception cref="ServerException">It is no database of chatd.</exception>
    public static void RefuseForeign(SqliteConnection connection, string path)
    {
        var id = Ask(connection, "PRAGMA application_id");
        var isOurs = id == ApplicationId || id == 0 && (Ask(connection, "PRAGMA user_version") == 0
            ? Ask(connection, "SELECT count(*) FROM sqlite_schema") == 0
            : Ask(connection, "SELECT count(*) FROM sqlite_schema WHERE name IN ('meta', 'room', 'principal', 'segment')") == 4);
        if (!isOurs)
            throw new ServerException($"the database {path} cannot be used: it is another program's; move it away, or give chatd a folder of its own with --data");
    }

    /// <summary>Brings a database up to the newest version, in one transaction.</summary>
    /// <exception cref="ServerException">It was written by a newer server.</exception>
    public static void Migrate(SqliteConnection connection, byte[] newServerId)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "PRAGMA user_version";
        var version = (int)(long)command.ExecuteScalar()!;
        if (version > Newest)
            throw new ServerException($"the database has schema {version} and this chatd knows up to {Newest}: use a newer chatd");
        if (version == Newest && Ask(connection, "PRAGMA application_id", transaction) == ApplicationId)
            return;
        foreach (var migration in Migrations[version..])
        {
            command.CommandText = migration;
            command.ExecuteNonQuery();
            Failpoint.Reach("migration.step");
        }
        if (version == 0)
        {
            command.CommandText = "INSERT INTO meta(key, value) VALUES ('server', $id)";
            command.Parameters.AddWithValue("$id", newServerId);
            command.ExecuteNonQuery();
        }
        command.CommandText = $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Newest}";
        command.ExecuteNonQuery();
        Failpoint.Reach("migration.ready");
        transaction.Commit();
        Failpoint.Reach("migration.done");
    }

    private static long Ask(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
