using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The tables of blocks, of bans, and of rooms that are being removed.</summary>
internal sealed class DirectoryTables(DatabaseConnection connection, SegmentTable segments, RoomTable rooms, PublisherTable publishers)
{
    /// <summary>Records of publishers that are removed with one batch.</summary>
    private const int MaxPublishers = 256;

    private readonly PreparedStatement _block = connection.Prepare("INSERT INTO block(owner, blocked, name, crc) VALUES ($owner, $blocked, $name, $crc) ON CONFLICT DO NOTHING");

    // The name that a principal has now, or that a forgotten one had.
    private readonly PreparedStatement _loadBlocks = connection.Prepare(
        """
        SELECT owner, blocked, block.name, block.crc, principal.name FROM block LEFT JOIN principal ON principal.id = blocked
        WHERE owner = $owner ORDER BY blocked
        """);

    private readonly PreparedStatement _hasBlocks = connection.Prepare("SELECT EXISTS (SELECT 1 FROM block WHERE owner = $owner)");

    private readonly PreparedStatement _unblock = connection.Prepare("DELETE FROM block WHERE owner = $owner AND blocked = $blocked");

    private readonly PreparedStatement _ban = connection.Prepare(
        """
        INSERT OR REPLACE INTO ban(id, subject_key, principal, subject, key_hash, until, reason, made_by, made, crc)
        VALUES ($id, $key, $principal, $subject, $hash, $until, $reason, $by, $made, $crc)
        """);

    private readonly PreparedStatement _unban = connection.Prepare("DELETE FROM ban WHERE id = $id");

    private readonly PreparedStatement _endBans = connection.Prepare("DELETE FROM ban WHERE until <> 0 AND until <= $through");

    private readonly PreparedStatement _beginRemoval = connection.Prepare("INSERT INTO removed_room(id) VALUES ($id) ON CONFLICT DO NOTHING");

    private readonly PreparedStatement _endRemoval = connection.Prepare("DELETE FROM removed_room WHERE id = $id");

    /// <summary>Stores a block; no change if it is stored already.</summary>
    public void Block(BlockRecord block) => _block.Execute((long)block.Owner, (long)block.Blocked, block.Name, ChecksumOf(block));

    public void Unblock(ulong owner, ulong blocked) => _unblock.Execute((long)owner, (long)blocked);

    /// <summary>Stores a ban, in place of one with the same subject or number.</summary>
    public void Ban(BanRecord ban) => _ban.Execute((long)ban.Number, ban.SubjectKey, (long)ban.Principal, ban.Subject, ban.KeyHash.ToArray(), ban.Until, ban.Reason, ban.By, ban.Made, ChecksumOf(ban));

    public void Unban(ulong number) => _unban.Execute((long)number);

    /// <summary>Removes the bans that have ended by then.</summary>
    public void EndBans(long through) => _endBans.Execute(through);

    /// <summary>Removes a part of the room with each batch, counted posts too: no retry is answered in a room that is not there.</summary>
    public void Remove(LogChange.RemoveRoom removal)
    {
        rooms.Delete(removal.Room);
        _beginRemoval.Execute((long)removal.Room);
        removal.HasMore = !publishers.TryDeleteOf(removal.Room, MaxPublishers) | !segments.TryDeleteAll(removal.Room) | removal.MayHaveMorePublishers;
        Failpoint.Reach("removal.some");
        if (!removal.HasMore)
            _endRemoval.Execute((long)removal.Room);
    }

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<BlockRecord> LoadBlocks(int most = int.MaxValue) => LoadBlocks(most, ThrowAsDamaged);

    /// <summary>The blocks of a principal, each with the name that the other has now.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<BlockRecord> LoadBlocksOf(ulong owner)
    {
        using var rows = _loadBlocks.Read((long)owner);
        var blocks = new List<BlockRecord>();
        while (rows.Read())
        {
            var block = ToBlock(rows);
            if (!rows.HasChecksum(3, ChecksumOf(block)))
                ThrowAsDamaged(block);
            blocks.Add(rows.IsDBNull(4) ? block : block with { Name = rows.Name(4) });
        }
        return blocks;
    }

    public bool HasBlocks(ulong owner) => (long)_hasBlocks.Ask((long)owner)! != 0;

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<BanRecord> LoadBans() => LoadBans(ban => throw new DamagedRowException($"ban {ban.Number}"));

    /// <summary>Removes the records that are not as they were stored.</summary>
    public bool RemoveDamaged()
    {
        var (blocks, bans) = (new List<BlockRecord>(), new List<BanRecord>());
        LoadBlocks(int.MaxValue, blocks.Add);
        LoadBans(bans.Add);
        blocks.ForEach(block => _unblock.Execute((long)block.Owner, (long)block.Blocked));
        bans.ForEach(ban => _unban.Execute((long)ban.Number));
        return blocks.Count + bans.Count > 0;
    }

    private static void ThrowAsDamaged(BlockRecord block) => throw new DamagedRowException($"whom principal {block.Owner} blocks");

    private static BlockRecord ToBlock(SqliteDataReader row) => new((ulong)row.Number(0), (ulong)row.Number(1), row.Text(2));

    private List<BlockRecord> LoadBlocks(int most, Action<BlockRecord> damaged)
    {
        using var statement = connection.Prepare($"SELECT owner, blocked, name, crc FROM block ORDER BY owner, blocked LIMIT {most}");
        using var rows = statement.Read();
        var blocks = new List<BlockRecord>();
        while (rows.Read())
        {
            var block = ToBlock(rows);
            if (rows.HasChecksum(3, ChecksumOf(block)))
                blocks.Add(block);
            else
                damaged(block);
        }
        return blocks;
    }

    private List<BanRecord> LoadBans(Action<BanRecord> damaged)
    {
        using var statement = connection.Prepare("SELECT id, principal, subject, key_hash, until, reason, made_by, made, crc FROM ban ORDER BY id");
        using var rows = statement.Read();
        var bans = new List<BanRecord>();
        while (rows.Read())
        {
            var ban = new BanRecord((ulong)rows.Number(0), (ulong)rows.Number(1), rows.Text(2), rows.Blob(3),
                rows.Number(4), rows.Text(5), rows.Text(6), rows.Number(7));
            if (rows.HasChecksum(8, ChecksumOf(ban)))
                bans.Add(ban);
            else
                damaged(ban);
        }
        return bans;
    }

    public List<ulong> LoadRemovedRooms()
    {
        using var statement = connection.Prepare("SELECT id FROM removed_room ORDER BY id");
        using var rows = statement.Read();
        var rooms = new List<ulong>();
        while (rows.Read())
            rooms.Add((ulong)rows.Number(0));
        return rooms;
    }

    private static long ChecksumOf(BlockRecord block) => new RowChecksum().Add(block.Owner).Add(block.Blocked).Add(block.Name).Value;

    private static long ChecksumOf(BanRecord ban) => new RowChecksum().Add(ban.Number).Add(ban.Principal).Add(ban.Subject).Add(ban.KeyHash)
        .Add(ban.Until).Add(ban.Reason).Add(ban.By).Add(ban.Made).Value;
}
