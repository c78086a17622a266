using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>Finds committed entries, and the damaged runs among them. Belongs to one thread at a time.</summary>
internal sealed class EntryReader(DatabaseConnection connection) : IDisposable
{
    private readonly SegmentReader _rows = new(connection);

    /// <summary>Whether damage in the file has ended a statement.</summary>
    public bool HasMetDamage { get; private set; }

    public static EntryReader Open(string path)
    {
        var connection = DatabaseConnection.Open(path, SqliteOpenMode.ReadOnly);
        connection.Execute("PRAGMA cache_size = -8192");
        return new EntryReader(connection);
    }

    public EntryResult Find(EntryQuery query)
    {
        // A binary search: a few steps in the index, however long the room.
        var range = query.BySeq(time => FindTime(query, time));
        return new EntryResult(range, Read(query, range.Take(query.Count, query.FromHigh)));
    }

    /// <summary>Whether an entry that was not found has expired, and is not damaged.</summary>
    public bool HasExpired(ulong room, ulong seq) => seq < _rows.OldestOf(room);

    public void Dispose() => connection.Dispose();

    private List<EntryRun> Read(EntryQuery query, SeqRange wanted)
    {
        if (wanted.IsEmpty)
            return [];
        try
        {
            return Gather(query, wanted, _rows.Read(query.Room, wanted, query.FromHigh));
        }
        catch (SqliteException e) when (DatabaseConnection.IsDamage(e))
        {
            HasMetDamage = true;
            return Gather(query, wanted, _rows.ReadSingly(query.Room, wanted, query.FromHigh));
        }
    }

    private static List<EntryRun> Gather(EntryQuery query, SeqRange wanted, IEnumerable<SegmentRow> rows) =>
        query.FromHigh ? GatherDown(query, wanted, rows) : GatherUp(query, wanted, rows);

    private static List<EntryRun> GatherUp(EntryQuery query, SeqRange wanted, IEnumerable<SegmentRow> rows)
    {
        var whole = new List<Segment>();
        var last = wanted.Last;
        var bytes = 0;
        foreach (var row in rows)
        {
            // The end of a damaged row is known by the beginning of the next.
            if (bytes >= query.MaxBytes)
            {
                last = row.First - 1;
                break;
            }
            bytes += row.Bytes.Length;
            if (row.Whole() is not { } segment || segment.Room != query.Room)
                continue;
            whole.Add(segment);
            if (bytes >= query.MaxBytes)
            {
                last = Math.Min(last, segment.Last);
                break;
            }
        }
        return EntryRun.Cover(wanted.First, last, whole);
    }

    private static List<EntryRun> GatherDown(EntryQuery query, SeqRange wanted, IEnumerable<SegmentRow> rows)
    {
        var whole = new List<Segment>();
        var first = wanted.First;
        var bytes = 0;
        foreach (var row in rows)
        {
            bytes += row.Bytes.Length;
            if (row.Whole() is { } segment && segment.Room == query.Room)
                whole.Add(segment);
            if (row.First <= wanted.First || bytes >= query.MaxBytes)
            {
                first = Math.Max(first, row.First);
                break;
            }
        }
        whole.Reverse();
        return EntryRun.Cover(first, wanted.Last, whole);
    }

    /// <summary>The seqs around a time; see <see cref="EntryQuery.BySeq"/>. Only the times of whole entries count.</summary>
    private (ulong BehindBefore, ulong First) FindTime(EntryQuery query, ulong time)
    {
        var (low, high) = query.Range;
        var first = high + 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            if (WholeFrom(query.Room, new SeqRange(middle, high)) is not { } segment)
            {
                high = middle - 1;
            }
            else if (segment.Time < time)
            {
                low = segment.Last + 1;
            }
            else
            {
                first = Math.Clamp(segment.FirstSince(time), low, first);
                if (first > segment.First)
                    return (first, first);
                high = Math.Min(segment.First, middle) - 1;
            }
        }
        return (Math.Min(low, first), first);
    }

    /// <summary>The first whole segment that overlaps a range; null if none does.</summary>
    private Segment? WholeFrom(ulong room, SeqRange range)
    {
        foreach (var run in Read(new EntryQuery(room, range) { MaxBytes = 1 }, range))
            if (run.Segment is { } segment)
                return segment;
        return null;
    }
}
