using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The tables of blocks, bans and rooms that go: within a batch's transaction.</summary>
internal sealed class DirectoryTables(SqliteConnection connection, LogStatements segments) : IDisposable
{
    private readonly SqliteCommand _block = LogStatements.Command(connection,
        "INSERT INTO block(owner, blocked, name) VALUES ($owner, $blocked, $name) ON CONFLICT DO NOTHING", "$owner", "$blocked", "$name");

    private readonly SqliteCommand _unblock = LogStatements.Command(connection,
        "DELETE FROM block WHERE owner = $owner AND blocked = $blocked", "$owner", "$blocked");

    private readonly SqliteCommand _ban = LogStatements.Command(connection,
        """
        INSERT OR REPLACE INTO ban(id, subject_key, principal, subject, key_hash, until, reason, made_by, made)
        VALUES ($id, $key, $principal, $subject, $hash, $until, $reason, $by, $made)
        """,
        "$id", "$key", "$principal", "$subject", "$hash", "$until", "$reason", "$by", "$made");

    private readonly SqliteCommand _unban = LogStatements.Command(connection, "DELETE FROM ban WHERE id = $id", "$id");

    private readonly SqliteCommand _endBans = LogStatements.Command(connection, "DELETE FROM ban WHERE until <> 0 AND until <= $through", "$through");

    private readonly SqliteCommand _beginRemoval = LogStatements.Command(connection,
        "DELETE FROM room WHERE id = $id; INSERT INTO removed_room(id) VALUES ($id) ON CONFLICT DO NOTHING", "$id");

    private readonly SqliteCommand _endRemoval = LogStatements.Command(connection, "DELETE FROM removed_room WHERE id = $id", "$id");

    private readonly SqliteCommand _deletePublisher = LogStatements.Command(connection,
        "DELETE FROM publisher WHERE principal = $principal AND id = $id AND room = $room", "$principal", "$id", "$room");

    /// <summary>Nothing changes if it is stored already.</summary>
    public void Block(BlockRecord block) => LogStatements.Execute(_block, (long)block.Owner, (long)block.Blocked, block.Name);

    public void Unblock(ulong owner, ulong blocked) => LogStatements.Execute(_unblock, (long)owner, (long)blocked);

    /// <summary>In place of one with the same subject or number.</summary>
    public void Ban(BanRecord ban) => LogStatements.Execute(_ban, (long)ban.Number, ban.SubjectKey, (long)ban.Principal, ban.Subject, ban.KeyHash.ToArray(), ban.Until, ban.Reason, ban.By, ban.Made);

    public void Unban(ulong number) => LogStatements.Execute(_unban, (long)number);

    /// <summary>Those that have ended by then go.</summary>
    public void EndBans(long through) => LogStatements.Execute(_endBans, through);

    public List<BlockRecord> LoadBlocks()
    {
        using var command = LogStatements.Command(connection, "SELECT owner, blocked, name FROM block ORDER BY owner, blocked");
        using var rows = command.ExecuteReader();
        var blocks = new List<BlockRecord>();
        while (rows.Read())
            blocks.Add(new BlockRecord((ulong)rows.GetInt64(0), (ulong)rows.GetInt64(1), rows.GetString(2)));
        return blocks;
    }

    public List<BanRecord> LoadBans()
    {
        using var command = LogStatements.Command(connection, "SELECT id, principal, subject, key_hash, until, reason, made_by, made FROM ban ORDER BY id");
        using var rows = command.ExecuteReader();
        var bans = new List<BanRecord>();
        while (rows.Read())
            bans.Add(new BanRecord((ulong)rows.GetInt64(0), (ulong)rows.GetInt64(1), rows.GetString(2), rows.GetFieldValue<byte[]>(3),
                rows.GetInt64(4), rows.GetString(5), rows.GetString(6), rows.GetInt64(7)));
        return bans;
    }

    public List<ulong> LoadRemovedRooms()
    {
        using var command = LogStatements.Command(connection, "SELECT id FROM removed_room ORDER BY id");
        using var rows = command.ExecuteReader();
        var rooms = new List<ulong>();
        while (rows.Read())
            rooms.Add((ulong)rows.GetInt64(0));
        return rooms;
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_block, _unblock, _ban, _unban, _endBans, _beginRemoval, _endRemoval, _deletePublisher])
            command.Dispose();
    }

    /// <summary>A little with each batch, counted posts too: nobody is answered for a room that is not there.</summary>
    public void Remove(LogChange.RemoveRoom removal)
    {
        LogStatements.Execute(_beginRemoval, (long)removal.Room);
        foreach (var publisher in removal.Publishers)
            LogStatements.Execute(_deletePublisher, (long)publisher.Principal, publisher.Id.ToArray(), (long)publisher.Room);
        removal.HasMore = !segments.TryDeleteAll(removal.Room) || removal.HasMorePublishers;
        Failpoint.Reach("removal.some");
        if (!removal.HasMore)
            LogStatements.Execute(_endRemoval, (long)removal.Room);
    }
}
