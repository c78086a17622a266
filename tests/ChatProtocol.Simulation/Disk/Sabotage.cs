using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>What the disk does with a batch, a read and a start: the right thing, unless the run is of a broken variant.</summary>
internal sealed class Sabotage(World world)
{
    private List<Segment> _withoutPosts = [];
    private int _notFlushed;
    private bool _isDeaf;
    private LogBatch? _notStored;

    /// <summary>How often the hub hears that a batch is committed.</summary>
    public int TimesToTell => Is(Broken.CommitToldTwice) && world.Dice.Chance(0.05) ? 2 : 1;

    public bool NeverTells(LogBatch batch) => _isDeaf |= Is(Broken.CommitNeverTold) && batch.Segments.Count > 0 && world.Dice.Chance(0.01);

    /// <summary>The next batch is begun: what the one before had put off is done.</summary>
    public void Appended(Image image)
    {
        for (var i = 0; i < _withoutPosts.Count; i++)
            image.Replace(_withoutPosts.Count - 1 - i, _withoutPosts[i]);
        _withoutPosts = [];
        if (_notStored is { } late)
            StoreNow(image, late);
        _notStored = null;
    }

    public void Store(Image image, LogBatch batch)
    {
        if (Is(Broken.AckBeforeCommit))
            _notStored = batch;
        else
            StoreNow(image, batch);
    }

    /// <summary>A batch that failed has left nothing behind.</summary>
    public void Lose(Image image, LogBatch batch)
    {
        if (!Is(Broken.TornBatch) || batch.Segments.Count == 0 || batch.Rooms.Count > 0)
            return;
        var half = OnDisk(batch.Segments[0]);
        image.Add(half);
        world.Ledger.Store(half);
    }

    public void Crash(Image image)
    {
        if (Is(Broken.LastBatchNotFlushed))
            image.Lose(_notFlushed);
        _notFlushed = 0;
        _withoutPosts = [];
        _notStored = null;
        _isDeaf = false;
    }

    public List<LogRun> Read(List<LogRun> found)
    {
        if (Is(Broken.CatchUpSkipsBoundary) && found.Count > 1)
            found.RemoveAt(1);
        return found;
    }

    public LogContents Load(LogContents contents) => world.Broken switch
    {
        Broken.PublishersForgotten => contents with { Publishers = [], Tail = [] },
        Broken.ReplayOffByOne => contents with { Tail = [.. contents.Tail.SkipLast(1)] },
        Broken.TimeForgotten => contents with { Rooms = [.. contents.Rooms.Select(room => room with { Time = 0 })] },
        Broken.ReservedIdsForgotten => contents with { ReservedRooms = 0, ReservedPrincipals = 0 },
        Broken.WrongPeer => contents with { Rooms = [.. contents.Rooms.Select(room => GiveAway(room, contents))] },
        _ => contents,
    };

    private void StoreNow(Image image, LogBatch batch)
    {
        List<Segment> segments = [.. batch.Segments.Select(OnDisk)];
        image.Apply(batch, segments);
        foreach (var segment in segments)
            world.Ledger.Store(segment);
        _notFlushed = batch.Rooms.Count > 0 ? 0 : segments.Count;
        if (Is(Broken.PublishersOutsideTransaction))
            _withoutPosts = [.. batch.Segments];
    }

    /// <summary>Found by its bytes alone, as it would be on a disk.</summary>
    private Segment OnDisk(Segment segment)
    {
        var bytes = segment.Bytes.ToArray();
        if (Is(Broken.OrderSwapped) && segment.Count > 1)
            bytes = [.. segment.Slice(1, segment.Count - 1).Span, .. segment.Slice(0, 1).Span];
        var posts = Is(Broken.PublishersOutsideTransaction) ? default : segment.Posts.ToArray();
        return new Segment(segment.Room, segment.First, segment.Time, bytes, posts);
    }

    private static RoomRecord GiveAway(RoomRecord room, LogContents contents) =>
        room.Kind == RoomKind.Private && contents.Principals.FirstOrDefault(other => other.Id != room.Creator && other.Id != room.Peer) is { } other
            ? room with { Peer = Math.Max(room.Creator, other.Id), Creator = Math.Min(room.Creator, other.Id) }
            : room;

    private bool Is(Broken broken) => world.Broken == broken;
}
