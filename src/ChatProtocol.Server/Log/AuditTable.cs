using System.Security.Cryptography;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The audit log: records in one chain of hashes, whose head and anchor are values of the database (<see cref="MetaTable"/>).</summary>
internal sealed class AuditTable(DatabaseConnection connection, MetaTable meta)
{
    /// <summary>The most records that are removed with one batch.</summary>
    private const int MaxTrimmed = 1000;

    private const string Select =
        "SELECT id, time, principal, name, credential, token, address, verb, target, whom, room, reason, was, becomes, result, salt, personal, hash FROM audit";

    private readonly PreparedStatement _insert = connection.Prepare(
        """
        INSERT INTO audit(id, time, principal, name, credential, token, address, verb, target, whom, room, reason, was, becomes, result, salt, personal, hash)
        VALUES ($id, $time, $principal, $name, $credential, $token, $address, $verb, $target, $whom, $room, $reason, $was, $becomes, $result, $salt, $personal, $hash)
        """);

    private readonly PreparedStatement _behind = connection.Prepare($"{Select} WHERE id > $after ORDER BY id LIMIT $count");

    private readonly PreparedStatement _between = connection.Prepare($"{Select} WHERE id > $after AND id < $before ORDER BY id DESC LIMIT $count");

    private readonly PreparedStatement _oldestTime = connection.Prepare("SELECT time FROM audit ORDER BY id LIMIT 1");

    private readonly PreparedStatement _newestTime = connection.Prepare("SELECT time FROM audit ORDER BY id DESC LIMIT 1");

    private readonly PreparedStatement _deleteThrough = connection.Prepare("DELETE FROM audit WHERE id <= $id");

    /// <summary>The ends of the audit log.</summary>
    /// <exception cref="DamagedRowException">One is not as it was stored.</exception>
    public AuditExtent Extent => new(meta.AuditAnchor, meta.AuditHead, (long)(_oldestTime.Ask() ?? 0L));

    /// <summary>The time of the last record; 0 if there is none.</summary>
    public long NewestTime => (long)(_newestTime.Ask() ?? 0L);

    /// <summary>Gives a record its place behind the head, and stores it.</summary>
    public void Append(LogChange.Audit change)
    {
        var record = change.Record;
        var salt = RandomNumberGenerator.GetBytes(AuditChain.SaltSize);
        var personal = AuditChain.HashPersonal(salt, record);
        var place = AuditChain.Next(meta.AuditHead, record, personal);
        _insert.Execute(
            (long)place.Number, record.Time, (long)record.Principal, record.Name, (long)record.Credential, (long)record.Token, record.Address, record.Verb, record.Target,
            (long)record.Whom, (long)record.Room, record.Reason, record.Was, record.Is, (long)record.Result, salt, personal, place.Hash.ToArray());
        meta.AuditHead = place;
        change.Extent = Extent;
    }

    /// <summary>Removes some of the first records, and moves the anchor behind them.</summary>
    public void Trim(LogChange.TrimAudit change)
    {
        var (anchor, head) = (meta.AuditAnchor, meta.AuditHead.Number);
        foreach (var (stored, _, _) in ReadBehind(anchor.Number, MaxTrimmed))
            if (stored.Record.Time < change.Before || head - stored.Number >= change.Keep)
                anchor = new AuditPosition(stored.Number, stored.Hash);
            else
                break;
        _deleteThrough.Execute((long)anchor.Number);
        meta.AuditAnchor = anchor;
        change.Extent = Extent;
    }

    /// <summary>A page of records by descending number, of those that a part of the log has.</summary>
    public DirectoryResult Find(DirectoryQuery.AuditRecords query)
    {
        var found = new List<StoredAuditRecord>();
        var through = 0ul;
        using var rows = _between.Read((long)Math.Min(query.After, long.MaxValue), (long)Math.Min(query.Before, long.MaxValue), (long)DirectoryQuery.AuditRecords.MaxLookedAt);
        while (found.Count < query.Count && rows.Read())
        {
            var stored = Read(rows).Stored;
            through = stored.Number;
            if (query.Wants(stored.Record))
                found.Add(stored);
        }
        return new DirectoryResult { Audit = found, AuditedThrough = through };
    }

    /// <summary>Records by ascending number, each with its salt, which is empty where what is personal was blanked, and the hash of that.</summary>
    /// <param name="after">Only records with higher numbers.</param>
    /// <param name="count">The most records.</param>
    public List<(StoredAuditRecord Stored, byte[] Salt, byte[] Personal)> ReadBehind(ulong after, int count)
    {
        using var rows = _behind.Read((long)after, (long)count);
        var found = new List<(StoredAuditRecord, byte[], byte[])>();
        while (rows.Read())
            found.Add(Read(rows));
        return found;
    }

    private static (StoredAuditRecord Stored, byte[] Salt, byte[] Personal) Read(SqliteDataReader row)
    {
        var record = new AuditRecord(
            row.Number(1), (ulong)row.Number(2), row.Text(3), (CredentialKind)row.Number(4), (ulong)row.Number(5), row.Text(6), row.Text(7), row.Text(8), (ulong)row.Number(9),
            (ulong)row.Number(10), row.Text(11))
        {
            Was = row.Text(12),
            Is = row.Text(13),
            Result = (int)row.Number(14),
        };
        return (new StoredAuditRecord((ulong)row.Number(0), record, row.Blob(17)), row.Blob(15), row.Blob(16));
    }
}
