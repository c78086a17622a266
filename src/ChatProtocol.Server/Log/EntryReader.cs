using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>Finds committed entries, and the damaged runs among them. Belongs to one thread at a time.</summary>
internal sealed class EntryReader(DatabaseConnection connection) : IDisposable
{
    private readonly SegmentReader _rows = new(connection);
    private readonly AmendmentTable _amendments = new(connection);
    private readonly ReactionTable _reactions = new(connection);

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
        var runs = Read(query, range.Take(query.MaxEntries, query.FromHigh));
        return query.AmendmentsFor is { } asker && runs.Count > 0 ? WithAmendments(query, new EntryResult(range, runs), asker) : new EntryResult(range, runs);
    }

    /// <summary>Whether an entry that was not found has expired, and is not damaged.</summary>
    public bool HasExpired(ulong room, ulong seq) => seq < _rows.OldestOf(room);

    public void Dispose() => connection.Dispose();

    /// <summary>What has become of the messages, and no more runs than that is known of within the query's bytes.</summary>
    private EntryResult WithAmendments(EntryQuery query, EntryResult found, ulong asker)
    {
        var (first, last) = (found.Runs[0].First, found.Runs[^1].Last);
        var amendments = new List<Amended>();
        var bytes = 0;
        foreach (var record in ReadAmendments(query, new SeqRange(first, last)))
        {
            if (bytes >= query.MaxBytes)
            {
                (first, last) = query.FromHigh ? (record.Seq + 1, last) : (first, record.Seq - 1);
                break;
            }
            bytes += record.Text?.Length ?? 0;
            if (record.IsTold)
                amendments.Add(record.ToFrame(record.Reactions.Count == 0 ? [] : _reactions.Own(record.Room, record.Seq, asker)));
        }
        amendments.Sort((one, other) => one.Seq.CompareTo(other.Seq));
        return found with { Runs = EntryRun.Within(found.Runs, first, last), Amendments = amendments };
    }

    /// <summary>A damaged row costs what became of the messages from there on, until the next start has mended it.</summary>
    private List<AmendmentRecord> ReadAmendments(EntryQuery query, SeqRange range)
    {
        var records = new List<AmendmentRecord>();
        try
        {
            foreach (var record in _amendments.Read(query.Room, range, query.FromHigh))
                records.Add(record);
        }
        catch (DamagedRowException)
        {
            HasMetDamage = true;
        }
        return records;
    }

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
        var (bytes, said) = (0, 0ul);
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
            said += (ulong)segment.CountSaid(wanted);
            if (bytes >= query.MaxBytes || said >= query.Count)
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
        var (bytes, said) = (0, 0ul);
        foreach (var row in rows)
        {
            bytes += row.Bytes.Length;
            if (row.Whole() is { } segment && segment.Room == query.Room)
            {
                whole.Add(segment);
                said += (ulong)segment.CountSaid(wanted);
            }
            if (row.First <= wanted.First || bytes >= query.MaxBytes || said >= query.Count)
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
