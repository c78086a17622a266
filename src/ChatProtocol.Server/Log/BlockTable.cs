using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The blocks: each has the principal that blocks and the one that is blocked.</summary>
internal sealed class BlockTable(DatabaseConnection connection)
{
    private readonly PreparedStatement _insert = connection.Prepare("INSERT INTO block(owner, blocked, name, crc) VALUES ($owner, $blocked, $name, $crc) ON CONFLICT DO NOTHING");

    // The name that a principal has now, or that a forgotten one had.
    private readonly PreparedStatement _loadOf = connection.Prepare(
        """
        SELECT owner, blocked, block.name, block.crc, principal.name FROM block LEFT JOIN principal ON principal.id = blocked
        WHERE owner = $owner ORDER BY blocked
        """);

    private readonly PreparedStatement _hasOf = connection.Prepare("SELECT EXISTS (SELECT 1 FROM block WHERE owner = $owner)");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM block WHERE owner = $owner AND blocked = $blocked");

    /// <summary>Stores a block; no change if it is stored already.</summary>
    public void Insert(BlockRecord block) => _insert.Execute((long)block.Owner, (long)block.Blocked, block.Name, ChecksumOf(block));

    public void Delete(ulong owner, ulong blocked) => _delete.Execute((long)owner, (long)blocked);

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<BlockRecord> Load(int most = int.MaxValue) => Load(most, ThrowAsDamaged);

    /// <summary>The blocks of a principal, each with the name that the other has now.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<BlockRecord> LoadOf(ulong owner)
    {
        using var rows = _loadOf.Read((long)owner);
        var blocks = new List<BlockRecord>();
        while (rows.Read())
        {
            var block = ToRecord(rows);
            if (!rows.HasChecksum(3, ChecksumOf(block)))
                ThrowAsDamaged(block);
            blocks.Add(rows.IsDBNull(4) ? block : block with { Name = rows.Name(4) });
        }
        return blocks;
    }

    public bool HasOf(ulong owner) => (long)_hasOf.Ask((long)owner)! != 0;

    /// <summary>Removes the blocks that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<BlockRecord>();
        Load(int.MaxValue, damaged.Add);
        damaged.ForEach(block => Delete(block.Owner, block.Blocked));
        return damaged.Count > 0;
    }

    private static void ThrowAsDamaged(BlockRecord block) => throw new DamagedRowException($"whom principal {block.Owner} blocks");

    private static BlockRecord ToRecord(SqliteDataReader row) => new((ulong)row.Number(0), (ulong)row.Number(1), row.Text(2));

    private List<BlockRecord> Load(int most, Action<BlockRecord> damaged)
    {
        using var statement = connection.Prepare($"SELECT owner, blocked, name, crc FROM block ORDER BY owner, blocked LIMIT {most}");
        using var rows = statement.Read();
        var blocks = new List<BlockRecord>();
        while (rows.Read())
        {
            var block = ToRecord(rows);
            if (rows.HasChecksum(3, ChecksumOf(block)))
                blocks.Add(block);
            else
                damaged(block);
        }
        return blocks;
    }

    private static long ChecksumOf(BlockRecord block) => new RowChecksum().Add(block.Owner).Add(block.Blocked).Add(block.Name).Value;
}
