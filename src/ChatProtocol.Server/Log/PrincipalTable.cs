using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Every principal that ever logged in with a key, or is in a private room, and is not forgotten.</summary>
internal sealed class PrincipalTable(LogConnection connection)
{
    private readonly LogStatement _upsert = connection.Prepare(
        """
        INSERT INTO principal(id, name, key_hash, last_seen, holds_name, entries, first_entry, crc)
            VALUES ($id, $name, $hash, $seen, $holds, $entries, $first, $crc)
        ON CONFLICT(id) DO UPDATE SET name = $name, last_seen = $seen, holds_name = $holds, entries = $entries, first_entry = $first, crc = $crc
        """);

    private readonly LogStatement _delete = connection.Prepare("DELETE FROM principal WHERE id = $id");

    private readonly LogStatement _load = connection.Prepare(
        "SELECT id, name, key_hash, last_seen, holds_name, entries, first_entry, crc FROM principal ORDER BY id");

    /// <summary>Stores a principal; its key stays the one that it was first stored with.</summary>
    public void Upsert(PrincipalRecord principal) =>
        _upsert.Execute((long)principal.Id, principal.Name, principal.KeyHash.ToArray(), principal.LastSeen, principal.HoldsName,
            principal.Entries is { } entries ? entries.ToArray() : DBNull.Value, principal.FirstEntry, ChecksumOf(principal));

    public void Delete(ulong principal) => _delete.Execute((long)principal);

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<PrincipalRecord> Load() => Load(principal => throw new DamagedRowException($"the record of principal {principal.Id} ('{principal.Name}')"));

    /// <summary>Removes the records that are not as they were stored.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<PrincipalRecord>();
        Load(damaged.Add);
        damaged.ForEach(principal => Delete(principal.Id));
        return damaged.Count > 0;
    }

    private List<PrincipalRecord> Load(Action<PrincipalRecord> damaged)
    {
        using var rows = _load.Read();
        var principals = new List<PrincipalRecord>();
        while (rows.Read())
        {
            var principal = new PrincipalRecord((ulong)rows.Number(0), rows.Name(1), rows.Blob(2), rows.Number(3), rows.Number(4) != 0)
            {
                Entries = rows.IsDBNull(5) ? (ReadOnlyMemory<byte>?)null : rows.Blob(5),
                FirstEntry = rows.Number(6),
            };
            if (rows.HasChecksum(7, ChecksumOf(principal)))
                principals.Add(principal);
            else
                damaged(principal);
        }
        return principals;
    }

    private static long ChecksumOf(PrincipalRecord principal) => new RowChecksum().Add(principal.Id).Add(principal.Name).Add(principal.KeyHash)
        .Add(principal.LastSeen).Add(principal.HoldsName).Add(principal.Entries).Add(principal.FirstEntry).Value;
}
