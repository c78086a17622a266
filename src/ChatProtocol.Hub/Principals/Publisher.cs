namespace ChatProtocol.Hub;

/// <summary>
/// A session's claim to a publisher. Numbers rise over all publishers, so that a claim to one that has ended is worth nothing for
/// the next that has the same id.
/// </summary>
internal readonly record struct PublisherClaim(Publisher Publisher, ulong Number)
{
    /// <summary>Whether there is a newer claim, so that posts by this one are refused (CP-DEL-009).</summary>
    public bool IsFenced => Publisher.Claim != Number;
}

/// <summary>One publisher's counters, by room.</summary>
internal sealed class Publisher(PublisherKey key, int remembered)
{
    // Null while it has posted nothing: most clients only listen.
    private Dictionary<ulong, PublisherCounters>? _byRoom;

    public PublisherKey Key => key;

    /// <summary>The number of the newest claim; 0 while nobody that claimed it is connected.</summary>
    public ulong Claim { get; set; }

    public bool IsClaimed => Claim != 0;

    public long LastUsed { get; set; }

    /// <summary>How many of its counters have posts that were not given to the log as records.</summary>
    public int Unstored { get; set; }

    /// <summary>The number of the batch that stored a record of it last.</summary>
    public long ChangedBy { get; set; }

    /// <summary>When it was last used, as its records say.</summary>
    public long StoredUse { get; set; }

    public IEnumerable<PublisherCounters> All => _byRoom?.Values ?? Enumerable.Empty<PublisherCounters>();

    /// <summary>Whether it has ended, or was forgotten.</summary>
    public bool IsGone { get; set; }

    public bool IsEmpty => _byRoom is null;

    public PublisherCounters? Find(ulong room) => _byRoom?.GetValueOrDefault(room);

    /// <summary>Forgets the posts in a room; false if there are none.</summary>
    public bool TryForget(ulong room)
    {
        if (_byRoom is null || !_byRoom.Remove(room, out var counters))
            return false;
        counters.IsGone = true;
        if (_byRoom.Count == 0)
            _byRoom = null;
        return true;
    }

    public PublisherCounters Begin(ulong room) => Begin(room, 1, []);

    public PublisherCounters Begin(ulong room, ulong oldest, IEnumerable<PastPost> posts)
    {
        var counters = new PublisherCounters(this, room, remembered, oldest, posts);
        (_byRoom ??= []).Add(room, counters);
        return counters;
    }
}
