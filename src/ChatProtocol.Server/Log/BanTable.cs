using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The bans.</summary>
internal sealed class BanTable(DatabaseConnection connection)
{
    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT OR REPLACE INTO ban(id, subject_key, principal, subject, key_hash, until, reason, made_by, made, crc)
        VALUES ($id, $key, $principal, $subject, $hash, $until, $reason, $by, $made, $crc)
        """);

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM ban WHERE id = $id");

    private readonly PreparedStatement _deleteEnded = connection.Prepare("DELETE FROM ban WHERE until <> 0 AND until <= $through");

    /// <summary>Stores a ban, in place of one with the same subject or number.</summary>
    public void Upsert(BanRecord ban) => _upsert.Execute((long)ban.Number, ban.SubjectKey, (long)ban.Principal, ban.Subject, ban.KeyHash.ToArray(), ban.Until, ban.Reason, ban.By, ban.Made, ChecksumOf(ban));

    public void Delete(ulong number) => _delete.Execute((long)number);

    /// <summary>Removes the bans that have ended by then.</summary>
    public void DeleteEnded(long through) => _deleteEnded.Execute(through);

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<BanRecord> Load() => Load(ban => throw new DamagedRowException($"ban {ban.Number}"));

    /// <summary>Removes the bans that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<BanRecord>();
        Load(damaged.Add);
        damaged.ForEach(ban => Delete(ban.Number));
        return damaged.Count > 0;
    }

    private List<BanRecord> Load(Action<BanRecord> damaged)
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

    private static long ChecksumOf(BanRecord ban) => new RowChecksum().Add(ban.Number).Add(ban.Principal).Add(ban.Subject).Add(ban.KeyHash)
        .Add(ban.Until).Add(ban.Reason).Add(ban.By).Add(ban.Made).Value;
}
