namespace ChatProtocol.Hub;

/// <summary>The reports, as the open batch leaves them: who has reported which entry, and where the copies lie.</summary>
internal sealed class ReportBook
{
    /// <summary>The most reports (CP-REP-003).</summary>
    public const int Max = 10_000;

    /// <summary>How long a report is kept, in milliseconds: 90 days (CP-REP-004).</summary>
    public const long KeptFor = 90L * 24 * 3600 * 1000;

    private readonly Dictionary<(ulong Room, ulong Seq), List<ReportRecord>> _byEntry = [];

    /// <summary>In the order in which they were made.</summary>
    private readonly LinkedList<ReportRecord> _all = new();

    public ReportBook(StartupContents contents)
    {
        foreach (var report in contents.Reports)
            Add(report);
    }

    public bool IsFull => _all.Count >= Max;

    public bool Has(ulong room, ulong seq, ulong reporter) => _byEntry.GetValueOrDefault((room, seq))?.Exists(report => report.Reporter == reporter) == true;

    public void Add(ReportRecord report)
    {
        var key = (report.Room, report.Seq);
        if (!_byEntry.TryGetValue(key, out var ofEntry))
            _byEntry.Add(key, ofEntry = []);
        ofEntry.Add(report);
        _all.AddLast(report);
    }

    /// <summary>Takes a report back, as it could not be stored.</summary>
    public void Remove(ReportRecord report)
    {
        _all.Remove(report);
        var ofEntry = _byEntry[(report.Room, report.Seq)];
        ofEntry.Remove(report);
        if (ofEntry.Count == 0)
            _byEntry.Remove((report.Room, report.Seq));
    }

    /// <summary>Forgets a report that was made long enough ago; false if there is none.</summary>
    public bool TryForgetOne(long now)
    {
        if (_all.First?.Value is not { } oldest || oldest.Made > now - KeptFor)
            return false;
        Remove(oldest);
        return true;
    }

    /// <summary>The reports of some entries of a room.</summary>
    public IReadOnlyList<ReportRecord> Of(ulong room, IEnumerable<ulong> seqs) =>
        _all.Count == 0 ? [] : [.. seqs.SelectMany(seq => _byEntry.GetValueOrDefault((room, seq)) ?? [])];

    /// <summary>The reports of all entries of a room. Looks at every report.</summary>
    public IReadOnlyList<ReportRecord> Of(ulong room) => [.. _all.Where(report => report.Room == room)];
}
