using ChatProtocol.Hub;

namespace ChatProtocol.TestLog;

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

    public LogRoom Copy() => new(_rows);

    public void Add(LogRow row) => _rows.Add(row);

    public void RemoveFirst() => _rows.RemoveAt(0);

    public void RemoveLast() => _rows.RemoveAt(_rows.Count - 1);

    public LogRow? Find(ulong seq) => seq >= Oldest && seq <= Head && !IsEmpty ? _rows[IndexOf(seq)] : null;

    /// <summary>The row of one of its seqs becomes another.</summary>
    public LogRow Change(ulong seq, Func<LogRow, LogRow> change) => _rows[IndexOf(seq)] = change(_rows[IndexOf(seq)]);

    /// <summary>What a read finds, as the database finds it.</summary>
    public List<LogRun> Read(LogRead read)
    {
        // What was asked for may have expired, or the room been removed.
        if (read.First > read.Last || IsEmpty || Oldest > read.Last)
            return LogRun.Cover(read.First, read.Last, []);
        var found = read.FromHigh ? ReadDown(read) : ReadUp(read);
        var isAll = found.Sum(row => row.Segment.Bytes.Length) < read.MaxBytes;
        var first = isAll || !read.FromHigh ? read.First : Math.Max(read.First, found[0].Segment.First);
        var last = isAll || read.FromHigh ? read.Last : Math.Min(read.Last, found[^1].Segment.Last);
        return LogRun.Cover(first, last, found.Where(row => !row.IsDamaged).Select(row => row.Segment));
    }

    /// <summary>The last seq that need not be kept, by whole segments but for the newest; 0 for none.</summary>
    public ulong FindSurplus(LogChore.Surplus surplus)
    {
        var keeps = surplus.Keeps;
        var behindCount = surplus.Head - Math.Min(surplus.Head, keeps.Count ?? surplus.Head);
        var oldest = surplus.Now - Math.Min(surplus.Now, keeps.Age ?? surplus.Now);
        var behind = (ulong)_rows.Sum(row => row.Segment.Bytes.Length);
        var through = 0ul;
        foreach (var segment in _rows.SkipLast(1).Select(row => row.Segment))
        {
            behind -= (ulong)segment.Bytes.Length;
            if (!(behind >= keeps.Bytes || segment.Last <= behindCount || segment.Time < oldest))
                break;
            through = segment.Last;
        }
        return through;
    }

    private List<LogRow> ReadDown(LogRead read)
    {
        var found = new List<LogRow>();
        var bytes = 0;
        for (var i = IndexOf(read.Last); i >= 0 && _rows[i].Segment.Last >= read.First && bytes < read.MaxBytes; bytes += _rows[i--].Segment.Bytes.Length)
            found.Add(_rows[i]);
        found.Reverse();
        return found;
    }

    private List<LogRow> ReadUp(LogRead read)
    {
        var found = new List<LogRow>();
        var bytes = 0;
        for (var i = IndexOf(read.First); i < _rows.Count && _rows[i].Segment.First <= read.Last && bytes < read.MaxBytes; bytes += _rows[i++].Segment.Bytes.Length)
            found.Add(_rows[i]);
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
/// <param name="Number">By which rows are replayed in the order that they were stored in.</param>
/// <param name="Segment">What was stored.</param>
/// <param name="IsDamaged">It cannot be read any more.</param>
internal sealed record LogRow(long Number, Segment Segment, bool IsDamaged = false);
