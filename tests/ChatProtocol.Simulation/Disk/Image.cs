using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>
/// What is on the disk: the tables of the server's database and what its transactions do to them. What the database would
/// refuse with an error that ends the server is a violation here.
/// </summary>
internal sealed class Image
{
    private readonly SortedDictionary<ulong, RoomRecord> _rooms = [];
    private readonly Dictionary<ulong, List<Segment>> _segments = [];
    private readonly SortedDictionary<ulong, PrincipalRecord> _principals = [];
    private readonly Dictionary<(ulong Principal, UInt128 Id, ulong Room), PublisherRecord> _publishers = [];
    private readonly List<(long Row, PublisherEnd End)> _ends = [];
    private readonly Dictionary<(ulong Owner, ulong Blocked), BlockRecord> _blocks = [];
    private readonly SortedDictionary<ulong, BanRecord> _bans = [];
    private readonly List<Segment> _rows;
    private ulong _reservedRooms;
    private ulong _reservedPrincipals;

    // The last segment before what has changed of publishers was begun to be stored; the first of the two is the writer's
    // own, and gone with it.
    private long _begun;
    private long _through;

    public Image() => _rows = [];

    private Image(Image from)
    {
        _rows = [.. from._rows];
        foreach (var (id, room) in from._rooms)
            _rooms.Add(id, room);
        foreach (var (room, segments) in from._segments)
            _segments.Add(room, [.. segments]);
        foreach (var (id, principal) in from._principals)
            _principals.Add(id, principal);
        foreach (var (key, publisher) in from._publishers)
            _publishers.Add(key, publisher);
        _ends.AddRange(from._ends);
        foreach (var (pair, block) in from._blocks)
            _blocks.Add(pair, block);
        foreach (var (number, ban) in from._bans)
            _bans.Add(number, ban);
        _reservedRooms = from._reservedRooms;
        _reservedPrincipals = from._reservedPrincipals;
        _begun = _through = from._through;
    }

    public IEnumerable<ulong> Rooms => _rooms.Keys;

    public Image Copy() => new(this);

    public ulong HeadOf(ulong room) => _segments.TryGetValue(room, out var segments) ? segments[^1].Last : 0;

    /// <summary>One transaction.</summary>
    public void Apply(LogBatch batch, IEnumerable<Segment> segments)
    {
        foreach (var principal in batch.Principals)
            // The key is the first one's for ever, as the database keeps it.
            _principals[principal.Id] = _principals.TryGetValue(principal.Id, out var known) ? principal with { KeyHash = known.KeyHash } : principal;
        foreach (var id in batch.PrincipalEnds)
            _principals.Remove(id);
        foreach (var room in batch.Rooms)
            if (!_rooms.TryAdd(room.Id, room))
                throw new Violation(Checker.Contract, $"room {room.Id} is stored a second time");
        _reservedRooms = batch.ReservedRooms ?? _reservedRooms;
        _reservedPrincipals = batch.ReservedPrincipals ?? _reservedPrincipals;
        if (batch.BeginsPublishers)
            _begun = _rows.Count;
        foreach (var segment in segments)
            Add(segment);
        ApplyPublishers(batch);
        foreach (var change in batch.DirectoryChanges)
            Apply(change);
    }

    public void Add(Segment segment)
    {
        if (!_rooms.ContainsKey(segment.Room))
            throw new Violation(Checker.Contract, $"room {segment.Room} has entries and no record");
        if (segment.Count > 1 && segment.Bytes.Length > Segment.MaxBytes)
            throw new Violation(Checker.Contract, $"a segment of {segment.Count} entries has {segment.Bytes.Length} bytes");
        if (!_segments.TryGetValue(segment.Room, out var segments))
            _segments.Add(segment.Room, segments = []);
        segments.Add(segment);
        _rows.Add(segment);
    }

    private void Apply(DirectoryChange change)
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
                _bans[ban.Number] = ban;
                break;
            case DirectoryChange.Unban unban:
                _bans.Remove(unban.Number);
                break;
            case DirectoryChange.EndBans ends:
                foreach (var over in _bans.Values.Where(ends.Ends).ToList())
                    _bans.Remove(over.Number);
                break;
            default:
                throw new Violation(Checker.Contract, $"nobody here asks for {change}");
        }
    }

    private void ApplyPublishers(LogBatch batch)
    {
        foreach (var end in batch.PublisherEnds)
        {
            foreach (var key in _publishers.Keys.Where(key => key.Principal == end.Principal && key.Id == Number(end.Id)).ToList())
                _publishers.Remove(key);
            _ends.Add((_rows.Count, end));
        }
        foreach (var publisher in batch.Publishers)
            _publishers[(publisher.Principal, Number(publisher.Id), publisher.Room)] = publisher;
        if (!batch.EndsPublishers)
            return;
        _through = _begun;
        _ends.RemoveAll(end => end.Row <= _through);
    }

    /// <summary>Another row in the place of the last one but so many.</summary>
    public void Replace(int behindLast, Segment segment)
    {
        _rows[^(1 + behindLast)] = segment;
        var segments = _segments[segment.Room];
        segments[segments.FindLastIndex(s => s.First == segment.First)] = segment;
    }

    /// <summary>The last segments are gone again: what a disk does that had only promised to write.</summary>
    public void Lose(int segments)
    {
        for (; segments > 0; segments--)
        {
            _segments[_rows[^1].Room].RemoveAt(_segments[_rows[^1].Room].Count - 1);
            if (_segments[_rows[^1].Room].Count == 0)
                _segments.Remove(_rows[^1].Room);
            _rows.RemoveAt(_rows.Count - 1);
        }
    }

    /// <summary>What was said in the original since the copy was made is not here: every room begins a new epoch, and no id is given again.</summary>
    public void BeginNewEpochs(Dice dice)
    {
        _reservedRooms += dice.Next() & 0xFF_FFFF_FFFF;
        _reservedPrincipals += dice.Next() & 0xFF_FFFF_FFFF;
        foreach (var id in _rooms.Keys.ToList())
            _rooms[id] = _rooms[id] with { Epoch = dice.Next() & Limits.MaxInteger, EpochFirst = HeadOf(id) + 1 };
    }

    public void Change(ulong room, Func<RoomRecord, RoomRecord> change) => _rooms[room] = change(_rooms[room]);

    /// <summary>What a start finds.</summary>
    public LogContents Load()
    {
        // The writer that knew how far it had come is gone.
        _begun = _through;
        return new LogContents(
            [.. _rooms.Values.Where(room => HeadOf(room.Id) > 0).Select(room => room with { Head = HeadOf(room.Id), Time = _segments[room.Id][^1].Time })],
            [.. _principals.Values],
            _principals.Count == 0 ? 0 : _principals.Keys.Last() + 1,
            _reservedRooms)
        {
            ReservedPrincipals = _reservedPrincipals,
            Publishers = [.. _publishers.Values],
            Blocks = [.. _blocks.Values],
            Bans = [.. _bans.Values],
            Tail = [.. LogTail.Of(_rows.Skip((int)_through).Select((segment, i) => (_through + i + 1, segment)).Where(row => !row.segment.Posts.IsEmpty), [.. _ends])],
        };
    }

    /// <summary>Segments as the database finds them.</summary>
    public List<LogRun> Read(LogQuery query)
    {
        if (query.Range.First < 1 || query.Range.IsEmpty || query.Range.Last > HeadOf(query.Room))
            throw new Violation(Checker.Contract, $"{query.Range} of room {query.Room} is asked for, which ends with {HeadOf(query.Room)}");
        var segments = _segments[query.Room];
        var wanted = query.Range.Take(query.Count, query.FromHigh);
        var found = new List<Segment>();
        var bytes = 0;
        if (query.FromHigh)
        {
            for (var i = IndexOf(segments, wanted.Last); i >= 0 && segments[i].Last >= wanted.First && bytes < query.MaxBytes; bytes += segments[i--].Bytes.Length)
                found.Add(segments[i]);
            found.Reverse();
        }
        else
        {
            for (var i = IndexOf(segments, wanted.First); i < segments.Count && segments[i].First <= wanted.Last && bytes < query.MaxBytes; bytes += segments[i++].Bytes.Length)
                found.Add(segments[i]);
        }
        return [.. found.Select(segment => new LogRun(segment.First, segment.Last, segment))];
    }

    private static int IndexOf(List<Segment> segments, ulong seq)
    {
        var low = 0;
        var high = segments.Count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].Last < seq)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static UInt128 Number(ReadOnlyMemory<byte> id) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(id.Span);
}
