using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The tables of blocks, bans and rooms that go.</summary>
internal sealed class DirectoryTables(LogConnection connection, SegmentTable segments, PublisherTable publishers)
{
    private readonly LogStatement _block = connection.Prepare("INSERT INTO block(owner, blocked, name, crc) VALUES ($owner, $blocked, $name, $crc) ON CONFLICT DO NOTHING");

    private readonly LogStatement _unblock = connection.Prepare("DELETE FROM block WHERE owner = $owner AND blocked = $blocked");

    private readonly LogStatement _ban = connection.Prepare(
        """
        INSERT OR REPLACE INTO ban(id, subject_key, principal, subject, key_hash, until, reason, made_by, made, crc)
        VALUES ($id, $key, $principal, $subject, $hash, $until, $reason, $by, $made, $crc)
        """);

    private readonly LogStatement _unban = connection.Prepare("DELETE FROM ban WHERE id = $id");

    private readonly LogStatement _endBans = connection.Prepare("DELETE FROM ban WHERE until <> 0 AND until <= $through");

    private readonly LogStatement _beginRemoval = connection.Prepare("DELETE FROM room WHERE id = $id; INSERT INTO removed_room(id) VALUES ($id) ON CONFLICT DO NOTHING");

    private readonly LogStatement _endRemoval = connection.Prepare("DELETE FROM removed_room WHERE id = $id");

    /// <summary>Nothing changes if it is stored already.</summary>
    public void Block(BlockRecord block) => _block.Execute((long)block.Owner, (long)block.Blocked, block.Name, ChecksumOf(block));

    public void Unblock(ulong owner, ulong blocked) => _unblock.Execute((long)owner, (long)blocked);

    /// <summary>In place of one with the same subject or number.</summary>
    public void Ban(BanRecord ban) => _ban.Execute((long)ban.Number, ban.SubjectKey, (long)ban.Principal, ban.Subject, ban.KeyHash.ToArray(), ban.Until, ban.Reason, ban.By, ban.Made, ChecksumOf(ban));

    public void Unban(ulong number) => _unban.Execute((long)number);

    /// <summary>Those that have ended by then go.</summary>
    public void EndBans(long through) => _endBans.Execute(through);

    /// <summary>A little with each batch, counted posts too: nobody is answered for a room that is not there.</summary>
    public void Remove(LogChange.RemoveRoom removal)
    {
        _beginRemoval.Execute((long)removal.Room);
        foreach (var publisher in removal.Publishers)
            publishers.Delete(publisher);
        removal.HasMore = !segments.TryDeleteAll(removal.Room) || removal.HasMorePublishers;
        Failpoint.Reach("removal.some");
        if (!removal.HasMore)
            _endRemoval.Execute((long)removal.Room);
    }

    /// <exception cref="DamagedRowException">One is not as it was stored.</exception>
    public List<BlockRecord> LoadBlocks() => LoadBlocks(block => throw new DamagedRowException($"whom principal {block.Owner} blocks"));

    /// <exception cref="DamagedRowException">One is not as it was stored.</exception>
    public List<BanRecord> LoadBans() => LoadBans(ban => throw new DamagedRowException($"ban {ban.Number}"));

    /// <summary>Removes the records that are not as they were stored.</summary>
    public bool RemoveDamaged()
    {
        var (blocks, bans) = (new List<BlockRecord>(), new List<BanRecord>());
        LoadBlocks(blocks.Add);
        LoadBans(bans.Add);
        blocks.ForEach(block => _unblock.Execute((long)block.Owner, (long)block.Blocked));
        bans.ForEach(ban => _unban.Execute((long)ban.Number));
        return blocks.Count + bans.Count > 0;
    }

    private List<BlockRecord> LoadBlocks(Action<BlockRecord> damaged)
    {
        using var statement = connection.Prepare("SELECT owner, blocked, name, crc FROM block ORDER BY owner, blocked");
        using var rows = statement.Read();
        var blocks = new List<BlockRecord>();
        while (rows.Read())
        {
            var block = new BlockRecord((ulong)rows.Number(0), (ulong)rows.Number(1), rows.Text(2));
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
