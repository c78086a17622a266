namespace ChatProtocol.Hub;

/// <summary>The content of one commit. Must not be changed once it was handed over.</summary>
public sealed class LogBatch
{
    /// <summary>Rooms whose first entry is in this batch.</summary>
    public List<RoomRecord> Rooms { get; } = [];

    /// <summary>Entries, by room in ascending seq.</summary>
    public List<Segment> Segments { get; } = [];

    /// <summary>Everything else, stored behind the entries in this order.</summary>
    public List<LogChange> Changes { get; } = [];

    /// <summary>
    /// Storing the publishers' records begins with this batch: everything that has changed of publishers before it is
    /// stored from here on.
    /// </summary>
    public bool BeginsPublishers { get; internal set; }

    /// <summary>
    /// The publishers' records begun earlier are complete with this batch: segments from before they were begun need not be
    /// replayed at a start.
    /// </summary>
    public bool EndsPublishers { get; internal set; }

    /// <summary>How long it took to store it: set by the log before it answers, zero where it was not measured.</summary>
    public TimeSpan Took { get; set; }

    /// <summary>The batch's number; a later one has a higher number.</summary>
    internal long Number { get; init; }

    /// <summary>The callbacks for everything but the posts, in the order in which they were made.</summary>
    internal List<CommitCallbacks> Callbacks { get; } = [];

    /// <summary>
    /// Whether nobody waits for the batch: it holds only the hub's own records, which may as well be stored a little later.
    /// </summary>
    internal bool IsHousekeeping => Segments.Count + Rooms.Count == 0 && !Callbacks.Exists(one => one.IsAwaited);

    internal bool IsEmpty => Segments.Count + Rooms.Count + Changes.Count == 0;

    internal void Add(LogChange change) => Changes.Add(change);

    internal void Add(LogChange change, CommitCallbacks callbacks)
    {
        Changes.Add(change);
        Callbacks.Add(callbacks with { For = change });
    }

    internal void Notify(CommitCallbacks callbacks) => Callbacks.Add(callbacks);

    /// <summary>Removes a change that is not wanted any more, with its callbacks.</summary>
    internal void Withdraw(LogChange change)
    {
        Changes.RemoveAll(one => ReferenceEquals(one, change));
        Callbacks.RemoveAll(one => ReferenceEquals(one.For, change));
    }

    /// <summary>A room was removed: what was gathered for it is dropped, and the requests that wait for that are told.</summary>
    internal void Withdraw(ulong room)
    {
        Segments.RemoveAll(segment => segment.Room == room);
        Rooms.RemoveAll(record => record.Id == room);
        Changes.RemoveAll(change => change.OfRoom == room);
        var dropped = Callbacks.FindAll(one => one.For?.OfRoom == room);
        Callbacks.RemoveAll(one => one.For?.OfRoom == room);
        dropped.ForEach(one => one.RoomRemoved?.Invoke());
    }
}
