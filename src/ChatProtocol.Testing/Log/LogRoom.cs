using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>The segments of one room in a log in memory, each with its row: rows count from 1 over all rooms.</summary>
internal sealed class LogRoom
{
    private readonly List<LogRow> _rows;

    public LogRoom() => _rows = [];

    private LogRoom(IEnumerable<LogRow> rows) => _rows = [.. rows];

    public IReadOnlyList<LogRow> Rows => _rows;

    public bool IsEmpty => _rows.Count == 0;

    public ulong Head => IsEmpty ? 0 : _rows[^1].Segment.Last;

    public ulong Oldest => IsEmpty ? 1 : _rows[0].Segment.First;

    public ulong Time => IsEmpty ? 0 : _rows[^1].Segment.Time;

    public ulong Unsaid => IsEmpty ? 0 : _rows[^1].Segment.Unsaid;

    public LogRoom Copy() => new(_rows);

    public void Add(LogRow row) => _rows.Add(row);

    public void RemoveFirst() => _rows.RemoveAt(0);

    public void RemoveLast() => _rows.RemoveAt(_rows.Count - 1);

    public LogRow? Find(ulong seq) => seq >= Oldest && seq <= Head && !IsEmpty ? _rows[IndexOf(seq)] : null;

    /// <summary>Changes the row that holds a seq, and returns the new one.</summary>
    public LogRow Change(ulong seq, Func<LogRow, LogRow> change) => _rows[IndexOf(seq)] = change(_rows[IndexOf(seq)]);

    /// <summary>Finds entries as the database does.</summary>
    public EntryResult Read(EntryQuery query)
    {
        var range = query.BySeq(time => FindTime(query.Range, time));
        return new EntryResult(range, Find(query, range.Take(query.MaxEntries, query.FromHigh)));
    }

    private List<EntryRun> Find(EntryQuery query, SeqRange wanted)
    {
        // The entries may have expired, or the room been removed.
        if (wanted.IsEmpty || IsEmpty || Oldest > wanted.Last)
            return EntryRun.Cover(wanted.First, wanted.Last, []);
        var found = query.FromHigh ? ReadDown(query, wanted) : ReadUp(query, wanted);
        var isAll = found.Sum(row => row.Segment.Bytes.Length) < query.MaxBytes && found.Sum(row => SaidIn(row, wanted)) < (decimal)query.Count;
        var first = isAll || !query.FromHigh ? wanted.First : Math.Max(wanted.First, found[0].Segment.First);
        var last = isAll || query.FromHigh ? wanted.Last : Math.Min(wanted.Last, found[^1].Segment.Last);
        return EntryRun.Cover(first, last, found.Where(row => !row.IsDamaged).Select(row => row.Segment));
    }

    private (ulong BehindBefore, ulong First) FindTime(SeqRange range, ulong time)
    {
        var (behindBefore, first) = (range.First, range.Last + 1);
        foreach (var segment in _rows.Where(row => !row.IsDamaged).Select(row => row.Segment).Where(segment => segment.First <= range.Last && segment.Last >= range.First))
        {
            // Times never go back within a room.
            var since = segment.FirstSince(time);
            if (since > segment.First)
                behindBefore = Math.Max(behindBefore, Math.Min(since, range.Last + 1));
            if (since <= segment.Last)
                first = Math.Min(first, Math.Max(since, range.First));
        }
        return (behindBefore, first);
    }

    /// <summary>The last expired seq, by whole segments and without the newest one; 0 for none.</summary>
    public ulong FindExpired(MaintenanceTask.FindExpired search)
    {
        var keeps = search.Keeps;
        var oldest = search.Now - Math.Min(search.Now, keeps.Age ?? search.Now);
        var behind = (ulong)_rows.Sum(row => row.Segment.Bytes.Length);
        var through = 0ul;
        foreach (var segment in _rows.SkipLast(1).Select(row => row.Segment))
        {
            behind -= (ulong)segment.Bytes.Length;
            if (!(behind >= keeps.Bytes || search.HasEnoughBehind(segment.Last, segment.Unsaid) || segment.Time < oldest))
                break;
            through = segment.Last;
        }
        return through;
    }

    /// <summary>How many of the entries wanted are said, and can be read.</summary>
    private static int SaidIn(LogRow row, SeqRange wanted) => row.IsDamaged ? 0 : row.Segment.CountSaid(wanted);

    private List<LogRow> ReadDown(EntryQuery query, SeqRange wanted)
    {
        var found = new List<LogRow>();
        var (bytes, said) = (0, 0ul);
        for (var i = IndexOf(wanted.Last); i >= 0 && _rows[i].Segment.Last >= wanted.First && bytes < query.MaxBytes && said < query.Count; bytes += _rows[i--].Segment.Bytes.Length)
        {
            found.Add(_rows[i]);
            said += (ulong)SaidIn(_rows[i], wanted);
        }
        found.Reverse();
        return found;
    }

    private List<LogRow> ReadUp(EntryQuery query, SeqRange wanted)
    {
        var found = new List<LogRow>();
        var (bytes, said) = (0, 0ul);
        for (var i = IndexOf(wanted.First); i < _rows.Count && _rows[i].Segment.First <= wanted.Last && bytes < query.MaxBytes && said < query.Count; bytes += _rows[i++].Segment.Bytes.Length)
        {
            found.Add(_rows[i]);
            said += (ulong)SaidIn(_rows[i], wanted);
        }
        return found;
    }

    private int IndexOf(ulong seq)
    {
        var low = 0;
        var high = _rows.Count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_rows[middle].Segment.Last < seq)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}

/// <summary>A stored segment.</summary>
/// <param name="Number">The row's number, by which rows are replayed in the order of storing.</param>
/// <param name="Segment">The stored segment.</param>
/// <param name="IsDamaged">Whether the segment cannot be read any more.</param>
internal sealed record LogRow(long Number, Segment Segment, bool IsDamaged = false);
