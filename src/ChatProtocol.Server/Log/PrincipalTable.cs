using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>Every principal that ever logged in with a key, or is in a private room, and is not forgotten.</summary>
internal sealed class PrincipalTable(DatabaseConnection connection, DirectoryIndex index)
{
    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT INTO principal(id, name, key_hash, last_seen, holds_name, entries, first_entry, crc)
            VALUES ($id, $name, $hash, $seen, $holds, $entries, $first, $crc)
        ON CONFLICT(id) DO UPDATE SET name = $name, last_seen = $seen, holds_name = $holds, entries = $entries, first_entry = $first, crc = $crc
        """);

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM principal WHERE id = $id");

    private const string Select = "SELECT id, name, key_hash, last_seen, holds_name, entries, first_entry, crc FROM principal";

    private readonly PreparedStatement _load = connection.Prepare($"{Select} WHERE id > $after ORDER BY id LIMIT $count");

    private readonly PreparedStatement _find = connection.Prepare($"{Select} WHERE id = $id");

    private readonly PreparedStatement _readName = connection.Prepare("SELECT name FROM principal WHERE id = $id AND holds_name");

    /// <summary>Stores a principal; its key stays the one that it was first stored with.</summary>
    public void Upsert(PrincipalRecord principal)
    {
        var held = _readName.Ask((long)principal.Id) as string;
        if (held is not null && (held != principal.Name || !principal.HoldsName))
            index.RemovePrincipal(principal.Id, held);
        index.Add(principal);
        _upsert.Execute((long)principal.Id, principal.Name, principal.KeyHash.ToArray(), principal.LastSeen, principal.HoldsName,
            principal.Entries is { } entries ? entries.ToArray() : DBNull.Value, principal.FirstEntry, ChecksumOf(principal));
    }

    public void Delete(ulong principal)
    {
        if (_readName.Ask((long)principal) is string held)
            index.RemovePrincipal(principal, held);
        _delete.Execute((long)principal);
    }

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<PrincipalRecord> Load(ulong after = 0, int most = int.MaxValue) => Load((long)after, most, ThrowAsDamaged);

    /// <summary>The principal with an id; null if there is none.</summary>
    /// <exception cref="DamagedRowException">The row is not as it was stored.</exception>
    public PrincipalRecord? Find(ulong principal)
    {
        using var rows = _find.Read((long)principal);
        return Read(rows, ThrowAsDamaged).FirstOrDefault();
    }

    /// <summary>The lowest id above every stored one; 0 if there is none.</summary>
    public ulong Next => connection.Ask("SELECT max(id) FROM principal") is long last ? (ulong)last + 1 : 0;

    /// <summary>Indexes the principals behind an id, and returns the last of them; null if there is none.</summary>
    public long? Index(long after, int most)
    {
        var principals = Load(after, most, ThrowAsDamaged);
        principals.ForEach(index.Add);
        return principals.Count == 0 ? null : (long)principals[^1].Id;
    }

    /// <summary>Removes the records that are not as they were stored.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<PrincipalRecord>();
        Load(0, int.MaxValue, damaged.Add);
        damaged.ForEach(principal => Delete(principal.Id));
        return damaged.Count > 0;
    }

    private List<PrincipalRecord> Load(long after, int most, Action<PrincipalRecord> damaged)
    {
        using var rows = _load.Read(after, most);
        return Read(rows, damaged);
    }

    private static List<PrincipalRecord> Read(SqliteDataReader rows, Action<PrincipalRecord> damaged)
    {
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

    private static void ThrowAsDamaged(PrincipalRecord principal) =>
        throw new DamagedRowException($"the record of principal {principal.Id} ('{principal.Name}')");

    private static long ChecksumOf(PrincipalRecord principal) => new RowChecksum().Add(principal.Id).Add(principal.Name).Add(principal.KeyHash)
        .Add(principal.LastSeen).Add(principal.HoldsName).Add(principal.Entries).Add(principal.FirstEntry).Value;
}
