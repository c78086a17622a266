namespace ChatProtocol.Hub;

/// <summary>The last committed segments of one room, for members at the head or a little behind it.</summary>
internal sealed class RoomTail
{
    private readonly List<Segment> _segments = [];
    private int _dropped;

    /// <summary>Whether a fan-out of this room waits for its turn.</summary>
    public bool IsQueued { get; set; }

    public void Add(Segment segment) => _segments.Add(segment);

    /// <summary>The segment that holds an entry; null if it is not in the tail any more.</summary>
    public Segment? Find(ulong seq)
    {
        var low = _dropped;
        var high = _segments.Count - 1;
        // Nearly every member wants the newest segment.
        if (high >= low && _segments[high].First <= seq)
            return _segments[high];
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_segments[middle].Last < seq)
                low = middle + 1;
            else if (_segments[middle].First > seq)
                high = middle - 1;
            else
                return _segments[middle];
        }
        return null;
    }

    public void Replace(Segment kept, Segment segment) => _segments[_segments.IndexOf(kept)] = segment;

    public void DropOldest()
    {
        _segments[_dropped++] = null!;
        // Removing the dropped segments moves the others, which costs no more than dropping did, however many short ones there are.
        if (_dropped < Math.Max(64, _segments.Count / 2) && _dropped < _segments.Count)
            return;
        _segments.RemoveRange(0, _dropped);
        _dropped = 0;
    }
}

/// <summary>Bounds the total size of all rooms' tails: the segment committed first is dropped first.</summary>
internal sealed class TailCache(long maxBytes)
{
    /// <summary>Bytes of the newest segments that keep their renderings, as several members are likely to ask for the same form.</summary>
    private const long MaxRenderedBytes = 2 * 1024 * 1024;

    private readonly Queue<(RoomTail Tail, int Bytes)> _order = new();
    private readonly Queue<Segment> _rendered = new();
    private long _bytes;
    private long _renderedBytes;

    public void Add(Room room, Segment segment)
    {
        room.Tail.Add(segment);
        _order.Enqueue((room.Tail, segment.Bytes.Length));
        _bytes += segment.Bytes.Length;
        while (_bytes > maxBytes)
        {
            var (tail, bytes) = _order.Dequeue();
            tail.DropOldest();
            _bytes -= bytes;
        }
        BoundRenderings(segment);
    }

    /// <summary>Removes texts from the tails and from their renderings.</summary>
    public void Erase(Room room, IEnumerable<ulong> seqs)
    {
        foreach (var kept in seqs.Order().ToLookup(room.Tail.Find))
            if (kept.Key is not null)
                Erase(room, kept.Key, kept);
    }

    private void Erase(Room room, Segment kept, IEnumerable<ulong> seqs)
    {
        var tombstone = kept.Erase(seqs);
        tombstone.ForgetRenderings();
        room.Tail.Replace(kept, tombstone);
        var rendered = _rendered.Where(segment => segment != kept).ToList();
        _renderedBytes = rendered.Sum(segment => (long)segment.Bytes.Length);
        _rendered.Clear();
        foreach (var segment in rendered)
            _rendered.Enqueue(segment);
    }

    private void BoundRenderings(Segment newest)
    {
        _rendered.Enqueue(newest);
        _renderedBytes += newest.Bytes.Length;
        while (_renderedBytes > MaxRenderedBytes)
        {
            var oldest = _rendered.Dequeue();
            oldest.ForgetRenderings();
            _renderedBytes -= oldest.Bytes.Length;
        }
    }
}
