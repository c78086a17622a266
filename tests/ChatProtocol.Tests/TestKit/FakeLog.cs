using ChatProtocol.Hub;

namespace ChatProtocol.Tests;

/// <summary>
/// A log in memory that does nothing by itself: a batch is stored, or lost, when the test says so, and a read answered when
/// it says so. It checks what every real log relies on.
/// </summary>
internal sealed class FakeLog : ILog
{
    private readonly Dictionary<ulong, RoomRecord> _rooms = [];
    private readonly Dictionary<ulong, List<Segment>> _segments = [];
    private readonly SortedDictionary<ulong, PrincipalRecord> _principals = [];

    private readonly Dictionary<(ulong, string, ulong), PublisherRecord> _publishers = [];
    private readonly List<(long Row, PublisherEnd End)> _ends = [];
    private readonly SortedDictionary<(ulong Owner, ulong Blocked), BlockRecord> _blocks = [];
    private readonly SortedDictionary<ulong, BanRecord> _bans = [];
    private readonly SortedSet<ulong> _removedRooms = [];
    private readonly List<Segment> _rows = [];
    private readonly HashSet<Segment> _damaged = [];

    private ulong _reservedRooms;
    private ulong _reservedPrincipals;
    private long _publishersBegun;
    private long _publishersThrough;

    /// <summary>The batch that the hub waits for.</summary>
    public LogBatch? UnderWay { get; private set; }

    /// <summary>Reads that wait for their answer.</summary>
    public Queue<LogRead> Reads { get; } = new();

    /// <summary>Every read there was.</summary>
    public List<LogRead> EveryRead { get; } = [];

    /// <summary>What a new hub finds.</summary>
    public LogContents Contents => new(
        [.. _rooms.Values.Select(r => r with { Head = HeadOf(r.Id), Time = SegmentsOf(r.Id).LastOrDefault()?.Time ?? 0, Oldest = SegmentsOf(r.Id).FirstOrDefault()?.First ?? 1 })],
        [.. _principals.Values],
        _principals.Count == 0 ? 0 : _principals.Keys.Max() + 1,
        _reservedRooms)
    {
        ReservedPrincipals = _reservedPrincipals,
        Publishers = [.. _publishers.Values],
        Blocks = [.. _blocks.Values],
        Bans = [.. _bans.Values],
        RemovedRooms = [.. _removedRooms],
        Tail = [.. LogTail.Of(_rows.Select((segment, i) => ((long)i + 1, segment)).Where(row => row.segment is not null && row.Item1 > _publishersThrough && !_damaged.Contains(row.segment)), _ends)],
    };

    public LogContents Load() => Contents;

    public IEnumerable<Segment> SegmentsOf(ulong room) => _segments.GetValueOrDefault(room) ?? [];

    /// <summary>Of how many rooms there are records of publishers.</summary>
    public IEnumerable<ulong> RoomsOfPublishers => _publishers.Values.Select(p => p.Room).Distinct();

    public ulong HeadOf(ulong room) => SegmentsOf(room).LastOrDefault()?.Last ?? 0;

    public IEnumerable<Message> EntriesOf(ulong room) => SegmentsOf(room).SelectMany(s => Frames.Decode(s.Bytes)).Cast<Message>();

    public void Append(LogBatch batch)
    {
        if (UnderWay is not null)
            throw new InvalidOperationException("The hub handed over a batch while another is under way.");
        if (batch.Segments.Count + batch.Rooms.Count + batch.Principals.Count + batch.Publishers.Count + batch.PublisherEnds.Count + batch.Erasures.Count + batch.Expiries.Count + batch.Kept.Count + batch.PrincipalEnds.Count + batch.DirectoryChanges.Count == 0
            && batch.ReservedRooms is null && batch.ReservedPrincipals is null)
            throw new InvalidOperationException("The hub handed over an empty batch.");
        UnderWay = batch;
    }

    public void Read(LogRead read)
    {
        var (room, range) = (read.Query.Room, read.Query.Range);
        if (range.First < 1 || range.IsEmpty || range.Last > HeadOf(room))
            throw new InvalidOperationException($"The hub asked for {range} of room {room}, which ends with {HeadOf(room)}.");
        Reads.Enqueue(read);
        EveryRead.Add(read);
    }

    /// <summary>What admins have asked for, and is not done.</summary>
    public Queue<LogChore> Chores { get; } = new();

    public void Do(LogChore chore) => Chores.Enqueue(chore);

    /// <summary>Stores the batch under way.</summary>
    public LogBatch Store()
    {
        var batch = Take();
        _reservedRooms = batch.ReservedRooms ?? _reservedRooms;
        _reservedPrincipals = batch.ReservedPrincipals ?? _reservedPrincipals;
        foreach (var principal in batch.Principals)
            _principals[principal.Id] = principal;
        batch.PrincipalEnds.ForEach(id => _principals.Remove(id));
        foreach (var room in batch.Rooms)
            _rooms.TryAdd(room.Id, room);
        if (batch.BeginsPublishers)
            _publishersBegun = _rows.Count;
        foreach (var segment in batch.Segments)
            Store(segment);
        foreach (var erasure in batch.Erasures)
            Erase(erasure);
        foreach (var room in batch.Kept)
            _rooms[room.Id] = room;
        foreach (var expiry in batch.Expiries)
            Remove(expiry);
        StorePublishers(batch);
        foreach (var change in batch.DirectoryChanges)
            Store(change);
        return batch;
    }

    /// <summary>Loses the batch under way.</summary>
    public LogBatch Take()
    {
        var batch = UnderWay ?? throw new InvalidOperationException("No batch is under way.");
        UnderWay = null;
        return batch;
    }

    /// <summary>The segment of an entry cannot be read any more.</summary>
    public void Damage(ulong room, ulong seq) => _damaged.Add(SegmentsOf(room).Single(s => s.First <= seq && s.Last >= seq));

    /// <summary>What a query finds, as the real log finds it.</summary>
    public LogFound Find(LogQuery query)
    {
        var range = query.BySeq(time => FindTime(query, time));
        return new LogFound(range, Find(query, range.Take(query.Count, query.FromHigh)));
    }

    private List<LogRun> Find(LogQuery query, LogRange wanted)
    {
        if (wanted.IsEmpty)
            return [];
        var inRange = SegmentsOf(query.Room).Where(s => s.First <= wanted.Last && s.Last >= wanted.First);
        var found = new List<Segment>();
        foreach (var segment in query.FromHigh ? inRange.Reverse() : inRange)
        {
            found.Add(segment);
            if (found.Sum(s => s.Bytes.Length) >= query.MaxBytes)
                break;
        }
        if (query.FromHigh)
            found.Reverse();
        var isAll = found.Count == 0 || found.Sum(s => s.Bytes.Length) < query.MaxBytes;
        var first = isAll || !query.FromHigh ? wanted.First : Math.Max(wanted.First, found[0].First);
        var last = isAll || query.FromHigh ? wanted.Last : Math.Min(wanted.Last, found[^1].Last);
        return LogRun.Cover(first, last, found.Where(s => !_damaged.Contains(s)));
    }

    private (ulong BehindBefore, ulong First) FindTime(LogQuery query, ulong time)
    {
        var (first, last) = query.Range;
        var whole = SegmentsOf(query.Room).Where(s => !_damaged.Contains(s)).SelectMany(s => Frames.Decode(s.Bytes)).Cast<Message>()
            .Where(e => e.Seq >= first && e.Seq <= last).ToList();
        return (whole.FindLast(e => e.Time < time) is { } before ? before.Seq + 1 : first, whole.Find(e => e.Time >= time)?.Seq ?? last + 1);
    }

    /// <summary>Has bans and blocks that nobody asked the hub for: the next start finds them.</summary>
    public void Hold(IEnumerable<BanRecord> bans, IEnumerable<BlockRecord> blocks)
    {
        foreach (var ban in bans)
            _bans.Add(ban.Number, ban);
        foreach (var block in blocks)
            _blocks.Add((block.Owner, block.Blocked), block);
    }

    /// <summary>The bans that are stored.</summary>
    public IEnumerable<BanRecord> Bans => _bans.Values;

    /// <summary>Changes a stored room behind the hub's back, as a restore does.</summary>
    public void Alter(ulong room, Func<RoomRecord, RoomRecord> change) => _rooms[room] = change(_rooms[room]);

    /// <summary>Changes a stored principal, as one is that an older server has stored.</summary>
    public void AlterPrincipal(ulong principal, Func<PrincipalRecord, PrincipalRecord> change) => _principals[principal] = change(_principals[principal]);

    /// <summary>A restart: whatever was asked of it is forgotten.</summary>
    public void Forget()
    {
        UnderWay = null;
        Reads.Clear();
    }

    private void Store(Segment segment)
    {
        if (!_rooms.ContainsKey(segment.Room))
            throw new InvalidOperationException($"Room {segment.Room} has entries and no record.");
        if (segment.First != HeadOf(segment.Room) + 1)
            throw new InvalidOperationException($"A segment of room {segment.Room} begins at {segment.First} behind {HeadOf(segment.Room)}.");
        if (segment.Count > 1 && segment.Bytes.Length > Segment.MaxBytes)
            throw new InvalidOperationException($"A segment of {segment.Count} entries has {segment.Bytes.Length} bytes.");
        if (!_segments.TryGetValue(segment.Room, out var segments))
            _segments.Add(segment.Room, segments = []);
        // As if it had been on the disk: found by its bytes alone.
        segments.Add(new Segment(segment.Room, segment.First, segment.Time, [.. segment.Bytes], segment.Posts.ToArray()));
        _rows.Add(segments[^1]);
    }

    /// <summary>One segment at a time.</summary>
    private void Remove(Expiry expiry)
    {
        var segments = _segments[expiry.Room];
        expiry.HasRemoved |= segments.RemoveAll(s => s == segments[0] && s.Last <= expiry.Through) > 0;
        expiry.HasMore = segments[0].Last <= expiry.Through;
        expiry.Oldest = segments[0].First;
    }

    private void Store(DirectoryChange change)
    {
        switch (change)
        {
            case DirectoryChange.Block { Record: var block }:
                _blocks.TryAdd((block.Owner, block.Blocked), block);
                break;
            case DirectoryChange.Unblock unblock:
                _blocks.Remove((unblock.Owner, unblock.Blocked));
                break;
            case DirectoryChange.Ban { Record: var ban }:
                foreach (var before in _bans.Values.Where(one => one.SubjectKey == ban.SubjectKey).ToList())
                    _bans.Remove(before.Number);
                _bans[ban.Number] = ban;
                break;
            case DirectoryChange.Unban unban:
                _bans.Remove(unban.Number);
                break;
            case DirectoryChange.EndBans ends:
                foreach (var over in _bans.Values.Where(ends.Ends).ToList())
                    _bans.Remove(over.Number);
                break;
            case DirectoryChange.RemoveRoom removal:
                Remove(removal);
                break;
            default:
                throw new InvalidOperationException($"The hub had {change} stored.");
        }
    }

    /// <summary>One segment at a time.</summary>
    private void Remove(DirectoryChange.RemoveRoom removal)
    {
        _rooms.Remove(removal.Room);
        _removedRooms.Add(removal.Room);
        foreach (var (principal, id, room) in removal.Publishers)
            _publishers.Remove((principal, Convert.ToHexString(id.Span), room));
        if (_segments.TryGetValue(removal.Room, out var segments) && segments.Count > 0)
        {
            // The rows of others keep their numbers.
            _rows[_rows.IndexOf(segments[0])] = null!;
            segments.RemoveAt(0);
        }
        removal.HasMore = removal.HasMorePublishers || segments is { Count: > 0 };
        if (!removal.HasMore)
            _removedRooms.Remove(removal.Room);
    }

    private void Erase(Erasure erasure)
    {
        var segments = _segments[erasure.Room];
        var index = segments.FindIndex(s => s.Last >= erasure.Seq);
        if (_damaged.Contains(segments[index]))
        {
            erasure.Complaint = "damaged";
            return;
        }
        erasure.FoundIn(segments[index]);
        var tombstone = segments[index].Erase(erasure.Seq);
        _rows[_rows.IndexOf(segments[index])] = tombstone;
        segments[index] = tombstone;
    }

    private void StorePublishers(LogBatch batch)
    {
        foreach (var end in batch.PublisherEnds)
        {
            foreach (var key in _publishers.Keys.Where(key => key.Item1 == end.Principal && key.Item2 == Convert.ToHexString(end.Id.Span)).ToList())
                _publishers.Remove(key);
            _ends.Add((_rows.Count, end));
        }
        foreach (var publisher in batch.Publishers)
            _publishers[(publisher.Principal, Convert.ToHexString(publisher.Id.Span), publisher.Room)] = publisher;
        if (!batch.EndsPublishers)
            return;
        _publishersThrough = _publishersBegun;
        _ends.RemoveAll(end => end.Row <= _publishersThrough);
    }
}
