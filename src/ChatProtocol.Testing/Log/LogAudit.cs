using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>The audit log of a log in memory, in a chain as the real one has.</summary>
internal sealed class LogAudit
{
    private static readonly byte[] Salt = new byte[AuditChain.SaltSize];

    private readonly List<StoredAuditRecord> _records = [];

    public IReadOnlyList<StoredAuditRecord> Records => _records;

    public AuditExtent Extent { get; private set; } = AuditExtent.Empty;

    public long NewestTime => _records is [.., var last] ? last.Record.Time : 0;

    public LogAudit Copy()
    {
        var copy = new LogAudit { Extent = Extent };
        copy._records.AddRange(_records);
        return copy;
    }

    public AuditExtent Append(AuditRecord record)
    {
        if (record.Time < NewestTime)
            throw new LogContractException($"record {Extent.Head.Number + 1} of the audit log is older than the one before it");
        var head = AuditChain.Next(Extent.Head, record, AuditChain.HashPersonal(Salt, record));
        _records.Add(new StoredAuditRecord(head.Number, record, head.Hash));
        return Extent = Extent with { Head = head, OldestTime = _records[0].Record.Time };
    }

    /// <summary>Removes one record, so that a batch never takes long.</summary>
    public AuditExtent Trim(LogChange.TrimAudit trim)
    {
        if (_records is [var first, ..] && (first.Record.Time < trim.Before || (ulong)_records.Count > trim.Keep))
        {
            _records.RemoveAt(0);
            Extent = Extent with { Anchor = new AuditPosition(first.Number, first.Hash), OldestTime = _records is [var next, ..] ? next.Record.Time : 0 };
        }
        return Extent;
    }

    public DirectoryResult Find(DirectoryQuery.AuditRecords query)
    {
        List<StoredAuditRecord> within = [.. _records.Where(record => record.Number > query.After && record.Number < query.Before).Reverse().Take(DirectoryQuery.AuditRecords.MaxLookedAt)];
        List<StoredAuditRecord> found = [.. within.Where(record => query.Wants(record.Record)).Take(query.Count)];
        var through = found.Count == query.Count ? found[^1].Number : within is [.., var last] ? last.Number : 0;
        return new DirectoryResult { Audit = found, AuditedThrough = through };
    }
}
