namespace ChatProtocol.Hub;

/// <summary>A post whose sender waits for the commit; also a retry that arrived while its original was under way.</summary>
internal readonly record struct WaitingPost(IAsker Asker, ulong Id, Room Room, ulong Seq, ulong Time, PublisherCounters? Counters);

/// <summary>
/// Numbers the entries of rooms and gathers them for the next commit, with the posts that wait for it: no member gets an entry, and
/// no sender the answer for it, before its batch is durable (CP-DEL-001).
/// </summary>
internal sealed class EntryWriter(GroupCommit groupCommit)
{
    private readonly HashSet<Room> _written = [];

    // A list of some thousand posts is a large object, which the garbage collector clears and collects dearly: the two are used by turns.
    private List<WaitingPost> _gathered = [];
    private List<WaitingPost> _underWay = [];

    /// <summary>Entries that are not committed, of principals that have a read marker in the room.</summary>
    private readonly List<(Room Room, Principal From, ulong Seq)> _ofReaders = [];

    /// <summary>Whether no entry waits to be handed to the log.</summary>
    public bool IsIdle => _written.Count == 0;

    /// <summary>Numbers an entry and puts it into the open batch.</summary>
    public void Append(Room room, Principal from, Text text, MessageDetails? details, PostOrigin? origin, long now, out ulong seq, out ulong time)
    {
        var batch = Begin(room, from, now, out seq, out time);
        room.Open.Add(seq, time, from, text, origin, batch.Segments, room.Unsaid, details);
        if (details?.Thread is { } root)
            batch.Add(new LogChange.KeepThreaded(room.Id, root, seq));
    }

    /// <summary>Numbers an entry of another kind, made from its seq and time, and puts it into the open batch.</summary>
    public void Append(Room room, Principal from, Func<ulong, ulong, Entry> make, long now, out ulong seq, out ulong time)
    {
        var batch = Begin(room, from, now, out seq, out time);
        var entry = make(seq, time);
        if (!entry.IsSaid)
            room.Unsaid++;
        room.Open.Add(seq, time, FrameCodec.Encode(entry), batch.Segments, room.Unsaid);
    }

    private LogBatch Begin(Room room, Principal from, long now, out ulong seq, out ulong time)
    {
        var batch = groupCommit.Open;
        seq = ++room.Assigned;
        room.ChangedBy = batch.Number;
        if (from.Entries.Note(room.Id, seq, now) && from is { IsStored: true, HasNoKey: false })
            from.KeepIn(batch);
        if (from.Markers?.Find(room.Id) is not null)
            _ofReaders.Add((room, from, seq));
        // Time never goes back within a room, whatever the clock does (CP-MSG-005).
        time = room.LastTime = Math.Max((ulong)now, room.LastTime);
        if (!room.IsStored)
        {
            room.IsStored = true;
            batch.Rooms.Add(room.Record);
            Remember(room.Low);
            Remember(room.High);
        }
        // A room with an open entry is in the set already, and asking the set for every post is slow.
        if (room.Open.IsEmpty)
            _written.Add(room);
        return batch;
    }

    /// <summary>A post waits for its commit, in the order in which posts were appended.</summary>
    public void Await(WaitingPost post) => _gathered.Add(post);

    /// <summary>An entry of the server's own, whose seq nobody waits for.</summary>
    public void AwaitSilently(Room room, ulong seq, ulong time) => Await(new WaitingPost(new Settlement(() => { }), 0, room, seq, time, Counters: null));

    /// <summary>A retry has the same result as its original, which is in the open batch or in the one under way.</summary>
    public void AwaitOriginal(WaitingPost retry) => (retry.Seq <= retry.Room.UnderWay ? _underWay : _gathered).Add(retry);

    /// <summary>Calls back once each entry that the room has by now is stored or lost; at once if none is under way.</summary>
    public void AwaitAll(Room room, Action settled)
    {
        if (room.Assigned == room.Committed)
            settled();
        else
            AwaitOriginal(new WaitingPost(new Settlement(settled), 0, room, room.Assigned, 0, Counters: null));
    }

    /// <summary>Puts the gathered entries into the open batch, which is about to be handed to the log.</summary>
    public void Seal()
    {
        foreach (var room in _written)
        {
            groupCommit.Open.Segments.Add(room.Open.Seal());
            room.UnderWay = room.Assigned;
        }
        _written.Clear();
        (_gathered, _underWay) = (_underWay, _gathered);
    }

    /// <summary>The posts that wait for the batch under way.</summary>
    public List<WaitingPost> UnderWay => _underWay;

    /// <summary>The posts that waited for the batch under way were answered.</summary>
    public void Answered() => _underWay.Clear();

    /// <summary>The entries that are committed by now, of principals that have a read marker in the room: each is returned once.</summary>
    public IReadOnlyList<(Room Room, Principal From, ulong Seq)> TakeOfReaders()
    {
        if (_ofReaders.Count == 0)
            return [];
        List<(Room Room, Principal From, ulong Seq)> committed = [.. _ofReaders.Where(entry => entry.Seq <= entry.Room.Committed)];
        _ofReaders.RemoveAll(entry => entry.Room.IsRemoved || entry.Seq <= entry.Room.Committed);
        return committed;
    }

    /// <summary>The batch under way is lost, and with it the one that gathers: returns the posts that waited for them.</summary>
    public IReadOnlyList<WaitingPost> TakeLost()
    {
        foreach (var room in _written)
            room.Open.Clear();
        _written.Clear();
        _ofReaders.Clear();
        IReadOnlyList<WaitingPost> lost = [.. _underWay, .. _gathered];
        _underWay.Clear();
        _gathered.Clear();
        return lost;
    }

    /// <summary>
    /// A room was removed: the posts gathered for it since the batch of its removal are refused. Entries in that batch were
    /// stored, and are removed with the room.
    /// </summary>
    public void Refuse(Room room)
    {
        if (_written.Remove(room))
            room.Open.Clear();
        var refused = _gathered.FindAll(post => post.Room == room);
        _gathered.RemoveAll(post => post.Room == room);
        refused.ForEach(post => post.Asker.RefuseAsRemoved(post.Id));
        groupCommit.Open.Withdraw(room.Id);
    }

    /// <summary>Both principals of a stored private room are stored too: each looks the other's name up.</summary>
    private void Remember(Principal? one)
    {
        if (one is not { IsEphemeral: true })
            return;
        one.IsStored = true;
        one.KeepIn(groupCommit.Open);
    }

    /// <summary>Waits for the fate of entries, whatever it is.</summary>
    private sealed class Settlement(Action settled) : IAsker
    {
        public bool IsReachable => true;

        public void Reply(Frame frame) => settled();
    }
}
