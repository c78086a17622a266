using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The changes of a batch to stored segments: texts that are erased, and segments that expire.</summary>
internal sealed class SegmentRewrites
{
    /// <summary>The most segments that are removed with one commit, and about how many bytes: some milliseconds.</summary>
    private const int MaxRemoved = 256;
    private const long MaxRemovedBytes = 512 * 1024;

    /// <summary>Rows beside the entries, those of the first segment not counted.</summary>
    private const long MaxRemovedRows = 512;

    private readonly LogBatch _batch;
    private readonly Dictionary<long, Segment> _tombstones = [];
    private readonly List<(long Row, Segment Segment, ulong Seq)> _erased = [];
    private readonly List<(Expiry Expiry, List<long> Rows)> _removals = [];

    private SegmentRewrites(LogBatch batch) => _batch = batch;

    public bool IsEmpty => _tombstones.Count + _removals.Count == 0;

    /// <summary>Prepares the rewrites of a batch; an erasure in a damaged segment gets the text of its error.</summary>
    /// <param name="batch">The batch with the erasures and expiries.</param>
    /// <param name="tables">The writer's tables, outside of a transaction.</param>
    /// <param name="replayedFrom">Posts counted in segments behind this row are known from nowhere else.</param>
    public static SegmentRewrites Of(LogBatch batch, DatabaseTables tables, long replayedFrom)
    {
        var rewrites = new SegmentRewrites(batch);
        foreach (var ofRoom in batch.Changes.OfType<Erasure>().GroupBy(erasure => erasure.Room))
            rewrites.Erase(ofRoom.Key, ofRoom.OrderBy(erasure => erasure.Seq), tables);
        foreach (var expiry in batch.Changes.OfType<Expiry>())
            rewrites._removals.Add((expiry, FindGone(expiry, tables, replayedFrom)));
        return rewrites;
    }

    public void Apply(DatabaseTables tables)
    {
        foreach (var (row, segment, seq) in _erased)
            tables.Unindexed.KeepEntry(row, segment, seq);
        foreach (var (row, tombstone) in _tombstones)
            tables.Segments.Update(row, tombstone);
        foreach (var erasure in _batch.Changes.OfType<Erasure>().Where(erasure => erasure.Complaint is null))
            tables.Messages.Erase(erasure);
        foreach (var (expiry, rows) in _removals)
        {
            rows.ForEach(tables.Segments.Delete);
            tables.Messages.DeleteBefore(expiry.Room, expiry.Oldest);
            expiry.HasRemoved |= rows.Count > 0;
        }
    }

    /// <summary>Drops all rewrites, and tells the batch so.</summary>
    public void GiveUp()
    {
        foreach (var erasure in _batch.Changes.OfType<Erasure>())
            erasure.Complaint ??= ReasonFor(erasure);
        foreach (var (expiry, _) in _removals)
            (expiry.HasMore, expiry.HasRemoved) = (false, false);
        _erased.Clear();
        _tombstones.Clear();
        _removals.Clear();
    }

    /// <summary>
    /// Prepares the erasures of a room, each segment once however many of its entries go. A damaged segment stays as it is, for it cannot
    /// be taken apart.
    /// </summary>
    private void Erase(ulong room, IEnumerable<Erasure> erasures, DatabaseTables tables)
    {
        SegmentRow row = default;
        Segment? segment = null;
        var erased = new SortedSet<ulong>();
        foreach (var erasure in erasures)
        {
            if (segment is null || erasure.Seq > segment.Last)
            {
                Replace(row, segment, erased);
                row = tables.Rows.ReadSingly(room, new SeqRange(erasure.Seq, erasure.Seq), fromHigh: false).FirstOrDefault();
                segment = row.Bytes is null ? null : row.Whole();
            }
            // The entry may have expired meanwhile.
            if (row.Bytes is null)
                continue;
            if (segment is not null && segment.Room == room && erasure.Seq >= segment.First && erasure.Seq <= segment.Last)
            {
                erasure.FoundIn(segment);
                erased.Add(erasure.Seq);
            }
            else
                erasure.Complaint = ReasonFor(erasure);
        }
        Replace(row, segment, erased);
    }

    private void Replace(SegmentRow row, Segment? segment, SortedSet<ulong> erased)
    {
        if (segment is not null && erased.Count > 0)
        {
            _erased.AddRange(erased.Select(seq => (row.Id, segment, seq)));
            _tombstones[row.Id] = segment.Erase(erased);
        }
        erased.Clear();
    }

    /// <summary>
    /// The segments that this batch removes, some at a time. Segments with counted posts stay until the publishers' records have them, for
    /// retries are answered from there (CP-HIS-009).
    /// </summary>
    private static List<long> FindGone(Expiry expiry, DatabaseTables tables, long replayedFrom)
    {
        var gone = new List<long>();
        var (bytes, rows) = (0L, 0L);
        expiry.HasMore = false;
        foreach (var segment in tables.Segments.ReadOldest(expiry.Room))
        {
            expiry.Oldest = segment.First;
            if (segment.Last > expiry.Through || segment.IsCounted && segment.Id > replayedFrom)
                break;
            expiry.HasMore = gone.Count == MaxRemoved || bytes >= MaxRemovedBytes || rows >= MaxRemovedRows;
            if (expiry.HasMore)
                break;
            expiry.Oldest = segment.Last + 1;
            // A row that cannot be read cannot be removed either; no client is shown it any more.
            if (segment.IsRead)
                gone.Add(segment.Id);
            bytes += segment.Bytes;
            rows += tables.Messages.Count(expiry.Room, segment.First, segment.Last);
        }
        return gone;
    }

    private static string ReasonFor(Erasure erasure) =>
        $"entry {erasure.Seq} is damaged, or something beside it is, and cannot be rewritten; its text may still be in the files, and goes only with them";
}
