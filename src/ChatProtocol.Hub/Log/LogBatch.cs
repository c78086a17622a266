namespace ChatProtocol.Hub;

/// <summary>What one commit stores. Not to be changed once it was handed over.</summary>
public sealed class LogBatch
{
    /// <summary>Entries, by room in ascending seq.</summary>
    public List<Segment> Segments { get; } = [];

    /// <summary>Rooms whose first entry is in this batch.</summary>
    public List<RoomRecord> Rooms { get; } = [];

    /// <summary>Principals that are new or have changed; of several with one id the last counts.</summary>
    public List<PrincipalRecord> Principals { get; } = [];

    /// <summary>Ids of principals whose records go: nothing leads to them any more.</summary>
    public List<ulong> PrincipalEnds { get; } = [];

    /// <summary>Room ids below this may have been given to somebody; null if that has not changed.</summary>
    public ulong? ReservedRooms { get; internal set; }

    /// <summary>Principal ids below this may have been given to somebody; null if that has not changed.</summary>
    public ulong? ReservedPrincipals { get; internal set; }

    /// <summary>What publishers have posted; in place of what was stored of them before.</summary>
    public List<PublisherRecord> Publishers { get; } = [];

    /// <summary>Publishers whose records go, whatever <see cref="Publishers"/> of earlier batches said of them.</summary>
    public List<PublisherEnd> PublisherEnds { get; } = [];

    /// <summary>Committed entries that are to lose their texts. The reads begun before are answered before the batch is.</summary>
    public List<Erasure> Erasures { get; } = [];

    /// <summary>What is to go because it need not be kept.</summary>
    public List<Expiry> Expiries { get; } = [];

    /// <summary>Rooms whose <see cref="RoomRecord.Keeps"/> has changed.</summary>
    public List<RoomRecord> Kept { get; } = [];

    /// <summary>Blocks, bans and rooms that go; stored behind everything else, in this order. The reads begun before a room goes are answered before the batch is.</summary>
    public List<DirectoryChange> DirectoryChanges { get; } = [];

    /// <summary>From this batch on everything that has changed of publishers before it is being stored.</summary>
    public bool BeginsPublishers { get; internal set; }

    /// <summary>What was begun is stored with this batch: segments from before it was begun need not be replayed at a start.</summary>
    public bool EndsPublishers { get; internal set; }

    internal List<WaitingPost> Posts { get; init; } = [];

    internal List<WaitingLogin> Logins { get; } = [];

    internal List<WaitingChange> Changes { get; } = [];

    /// <summary>What is owed for the <see cref="DirectoryChanges"/>, in the order in which it was asked for.</summary>
    internal List<Owed> Owed { get; } = [];

    /// <summary>What is told outside of rooms once the batch is stored.</summary>
    internal List<Notice> Notices { get; } = [];

    /// <summary>Whose records are in it.</summary>
    internal List<Counters> Counters { get; } = [];

    /// <summary>Whether nobody waits for it: the hub's own records, which may as well be stored a little later.</summary>
    internal bool IsHousekeeping => Segments.Count == 0 && Rooms.Count == 0 && Erasures.Count == 0 && Kept.Count == 0
        && Posts.Count + Logins.Count + Changes.Count + Owed.Count == 0;

    internal bool IsEmpty => Segments.Count == 0 && Principals.Count == 0 && Rooms.Count == 0 && ReservedRooms is null && ReservedPrincipals is null
        && Publishers.Count == 0 && PublisherEnds.Count == 0 && PrincipalEnds.Count == 0 && Erasures.Count == 0
        && Expiries.Count == 0 && Kept.Count == 0 && DirectoryChanges.Count == 0;

    internal void Stores(Counters counters, long now)
    {
        Publishers.Add(counters.ToRecord(now));
        Counters.Add(counters);
    }
}
