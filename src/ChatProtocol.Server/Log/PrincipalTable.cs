using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>Every principal that ever logged in with a key, or is in a private room, and is not forgotten.</summary>
internal sealed class PrincipalTable(DatabaseConnection connection, DirectoryIndex index)
{
    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT INTO principal(id, name, key_hash, last_seen, holds_name, entries, first_entry, has_account, crc)
            VALUES ($id, $name, $hash, $seen, $holds, $entries, $first, $account, $crc)
        ON CONFLICT(id) DO UPDATE SET name = $name, key_hash = $hash, last_seen = $seen, holds_name = $holds, entries = $entries, first_entry = $first,
            has_account = $account, crc = $crc
        """);

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM principal WHERE id = $id");

    private const string Select = "SELECT id, name, key_hash, last_seen, holds_name, entries, first_entry, has_account, crc FROM principal";

    private readonly PreparedStatement _load = connection.Prepare($"{Select} WHERE id > $after ORDER BY id LIMIT $count");

    private readonly PreparedStatement _find = connection.Prepare($"{Select} WHERE id = $id");

    private readonly PreparedStatement _readName = connection.Prepare("SELECT name, holds_name, has_account FROM principal WHERE id = $id");

    /// <summary>Stores a principal; an account that it has stays.</summary>
    public void Upsert(PrincipalRecord principal) => Store(principal, NameOf(principal.Id).HasAccount);

    /// <summary>Notes whether a stored principal has an account.</summary>
    public void Mark(ulong principal, bool hasAccount)
    {
        if (NameOf(principal).HasAccount != hasAccount && Find(principal) is { } stored)
            Store(stored, hasAccount);
    }

    public void Delete(ulong principal)
    {
        Index(principal, NameOf(principal), default);
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
        principals.ForEach(principal => Index(principal.Id, default, NameOf(principal.Id)));
        return principals.Count == 0 ? null : (long)principals[^1].Id;
    }

    /// <summary>Removes the records that are not as they were stored.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<PrincipalRecord>();
        Load(0, int.MaxValue, damaged.Add);
        damaged.ForEach(principal => Delete(principal.Id));
        // A damaged name does not tell what the index has of it.
        if (damaged.Count > 0)
            index.RemoveLostLooks();
        return damaged.Count > 0;
    }

    private void Store(PrincipalRecord principal, bool hasAccount)
    {
        Index(principal.Id, NameOf(principal.Id), new IndexedName(principal.HoldsName ? principal.Name : null, hasAccount));
        _upsert.Execute((long)principal.Id, principal.Name, principal.KeyHash.ToArray(), principal.LastSeen, principal.HoldsName,
            principal.Entries is { } entries ? entries.ToArray() : DBNull.Value, principal.FirstEntry, hasAccount, ChecksumOf(principal, hasAccount));
    }

    /// <summary>Brings the index from what a principal held to what it holds now, which it may not have yet.</summary>
    private void Index(ulong principal, IndexedName before, IndexedName now)
    {
        if (before.Held is { } held && held != now.Held)
            index.RemovePrincipal(principal, held);
        if (before.Look is { } look && look != now.Look)
            index.RemoveLooks(principal, look);
        if (now.Held is not null)
            index.AddPrincipal(principal, now.Held);
        if (now.Look is not null)
            index.AddLooks(principal, now.Look);
    }

    private IndexedName NameOf(ulong principal)
    {
        using var rows = _readName.Read((long)principal);
        return rows.Read() ? new IndexedName(rows.Number(1) != 0 ? rows.Text(0) : null, rows.Number(2) != 0) : default;
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
            if (rows.HasChecksum(8, ChecksumOf(principal, hasAccount: rows.Number(7) != 0)))
                principals.Add(principal);
            else
                damaged(principal);
        }
        return principals;
    }

    private static void ThrowAsDamaged(PrincipalRecord principal) =>
        throw new DamagedRowException($"the record of principal {principal.Id} ('{principal.Name}')");

    /// <summary>Without an account the same as in rows from before there were any.</summary>
    private static long ChecksumOf(PrincipalRecord principal, bool hasAccount)
    {
        var checksum = new RowChecksum().Add(principal.Id).Add(principal.Name).Add(principal.KeyHash)
            .Add(principal.LastSeen).Add(principal.HoldsName).Add(principal.Entries).Add(principal.FirstEntry);
        return hasAccount ? checksum.Add(hasAccount).Value : checksum.Value;
    }

    /// <summary>The keys that a principal is found by.</summary>
    /// <param name="Held">The name that it holds; null for none.</param>
    /// <param name="HasAccount">Whether it has an account.</param>
    private readonly record struct IndexedName(string? Held, bool HasAccount)
    {
        /// <summary>The name that no other may look like.</summary>
        public string? Look => HasAccount ? Held : null;
    }
}
