namespace ChatProtocol.Hub;

/// <summary>A post whose sender waits for the commit; also a retry that arrived while its original was under way.</summary>
internal readonly record struct WaitingPost(IAsker Asker, ulong Id, Room Room, ulong Seq, ulong Time, Counters? Counters);

/// <summary>
/// The group commit: while one batch is being synced the next gathers. No member gets an entry, and no sender the answer for
/// it, before its batch is reported as committed (CP-DEL-001).
/// </summary>
internal sealed class Commits(ILog log)
{
    /// <summary>
    /// The retry delay after a failed commit, in milliseconds, unless somebody waits for the next one: a full disk stays full for a
    /// while.
    /// </summary>
    private const long RetryDelay = 1000;

    private readonly HashSet<Room> _written = [];
    private long _last = 1;
    private LogBatch? _underWay;
    private long _retryAt;

    // A list of some thousand posts is a large object, which the garbage collector clears and collects dearly.
    private List<WaitingPost> _answered = [];

    /// <summary>The batch that gathers until the log is free.</summary>
    public LogBatch Open { get; private set; } = new() { Number = 1 };

    /// <summary>The number of the last batch that is durable. The changes of a lost batch were taken back, or are in a later one.</summary>
    public long StoredThrough { get; private set; }

    public bool IsIdle => _underWay is null && Open.IsEmpty && _written.Count == 0;

    /// <summary>Numbers an entry and puts it into the open batch.</summary>
    public void Append(Room room, Principal from, Text text, PostOrigin? origin, long now, out ulong seq, out ulong time)
    {
        seq = ++room.Assigned;
        room.ChangedBy = Open.Number;
        if (from.Entries.Note(room.Id, seq, now) && from is { IsStored: true, HasNoKey: false })
            Open.Keep(from);
        // Time never goes back within a room, whatever the clock does (CP-MSG-005).
        time = room.LastTime = Math.Max((ulong)now, room.LastTime);
        if (!room.IsStored)
        {
            room.IsStored = true;
            Open.Rooms.Add(room.Record);
            Remember(room.Low);
            Remember(room.High);
        }
        // A room with an open entry is in the set already, and asking the set for every post is slow.
        if (room.Open.IsEmpty)
            _written.Add(room);
        room.Open.Add(seq, time, from, text, origin, Open.Segments);
    }

    /// <summary>Both principals of a stored private room are stored too: each looks the other's name up.</summary>
    private void Remember(Principal? one)
    {
        if (one is not { IsEphemeral: true })
            return;
        one.IsStored = true;
        Open.Keep(one);
    }

    /// <summary>A retry has the same result as its original, which is in the open batch or in the one under way.</summary>
    public void Await(WaitingPost retry)
    {
        (retry.Seq <= retry.Room.UnderWay ? _underWay! : Open).Posts.Add(retry);
    }

    /// <summary>A login has the same result as the login that made its principal, if that is not stored yet.</summary>
    public void Await(Principal principal, Debt login)
    {
        principal.StoredBy ??= Open;
        principal.StoredBy.Owe(login);
    }

    /// <summary>When a delayed batch is tried again; null if there is none, or if the next <see cref="Flush"/> takes it.</summary>
    public long? DueAfter(long now) =>
        IsWaitingToRetry(now) && _underWay is null && _written.Count == 0 && !Open.IsEmpty && Open.IsHousekeeping ? _retryAt : null;

    /// <summary>Hands the open batch to the log, if the log has none.</summary>
    public void Flush(long now)
    {
        if (_underWay is not null || (_written.Count == 0 && (Open.IsEmpty || Open.IsHousekeeping && IsWaitingToRetry(now))))
            return;
        foreach (var room in _written)
        {
            Open.Segments.Add(room.Open.Seal());
            room.UnderWay = room.Assigned;
        }
        _written.Clear();
        _underWay = Open;
        Open = new LogBatch { Posts = _answered, Number = ++_last };
        _answered = [];
        log.Append(_underWay);
    }

    /// <summary>
    /// A room was removed: the posts gathered for it since the batch of its removal are refused. Entries in that batch were
    /// stored, and are removed with the room.
    /// </summary>
    public void Refuse(Room room)
    {
        if (_written.Remove(room))
            room.Open.Clear();
        Open.Withdraw(room, post => post.Asker.RefuseAsRemoved(post.Id));
    }

    private bool IsWaitingToRetry(long now) => now < _retryAt;

    /// <summary>The batch under way is durable.</summary>
    public void Done(LogBatch batch)
    {
        Take(batch);
        StoredThrough = batch.Number;
    }

    /// <summary>All posts of a durable batch were answered; the next batch but one gathers its posts in the same list.</summary>
    public void Answered(LogBatch batch)
    {
        _answered = batch.Posts;
        _answered.Clear();
    }

    /// <summary>
    /// The batch under way failed, and with it the batch behind it, whose entries were numbered on top. Returns the batches whose
    /// requests have to be told.
    /// </summary>
    public IReadOnlyList<LogBatch> Failed(LogBatch batch, long now)
    {
        Take(batch);
        _retryAt = now + RetryDelay;
        foreach (var room in _written)
            room.Open.Clear();
        _written.Clear();
        IReadOnlyList<LogBatch> lost = [batch, Open];
        Open = new LogBatch { Number = ++_last };
        Open.Changes.AddRange(lost.SelectMany(one => one.Changes).Where(change => change.IsRepeated));
        return lost;
    }

    private void Take(LogBatch batch)
    {
        if (batch != _underWay)
            throw new InvalidOperationException("The log answered for a batch it was not given.");
        _underWay = null;
    }
}
