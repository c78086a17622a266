namespace ChatProtocol.Simulation;

/// <summary>A publisher id, with the state that its owner needs for posting exactly once.</summary>
internal sealed class Publisher(World world)
{
    private readonly int _restores = world.Ledger.Restores;
    private readonly int _pauses = world.Clock.LongPauses;

    public ReadOnlyMemory<byte> Id { get; } = world.Dice.Bytes(16);

    public Dictionary<ulong, PostStream> Streams { get; } = [];

    /// <summary>The principal it belongs to; 0 before its first login.</summary>
    public ulong Principal { get; set; }

    /// <summary>The connection whose login with it the server answered last.</summary>
    public Link? Newest { get; set; }

    /// <summary>Whether a session with it has sent a quit.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Whether a restore may have undone counters that the server had acknowledged.</summary>
    public bool IsRestored => world.Ledger.Restores != _restores;

    /// <summary>Whether a start found its last posts in some room damaged, so that the server may not know them.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>Whether the server may have forgotten it.</summary>
    public bool MayBeForgotten => IsEnded || IsRestored || IsDamaged || world.Clock.LongPauses != _pauses;

    public PostStream StreamOf(ulong room)
    {
        if (!Streams.TryGetValue(room, out var stream))
            Streams.Add(room, stream = world.Ledger.Begin(this, room));
        return stream;
    }

    /// <summary>Gives up the waiting posts, whose outcome will never be known.</summary>
    public void GiveUp()
    {
        foreach (var stream in Streams.Values)
            stream.GiveUp();
    }
}

/// <summary>The posts of one publisher in one room, in the order of their counters.</summary>
internal sealed class PostStream(Publisher publisher, ulong room)
{
    private readonly List<IntendedPost> _waiting = [];
    private ulong _next = 1;

    public Publisher Publisher => publisher;

    public ulong Room => room;

    /// <summary>The last counter in the log.</summary>
    public ulong Applied { get; set; }

    /// <summary>The last counter that the server has answered with success.</summary>
    public ulong Acknowledged { get; set; }

    /// <summary>Up to this counter posts may count as accepted and no longer remembered (CP-DEL-028).</summary>
    public ulong Forgotten { get; private set; }

    /// <summary>Whether the server may have gone back to an earlier counter.</summary>
    public bool IsUncertain { get; private set; }

    /// <summary>The number of posts that are not known to be stored.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>The lowest counter that is not known to be stored.</summary>
    public ulong First => _next - (ulong)_waiting.Count;

    public ulong Next => _next;

    public void Add(IntendedPost intended)
    {
        intended.Counter = _next++;
        _waiting.Add(intended);
    }

    /// <summary>The text with a counter; null if no waiting text has it.</summary>
    public IntendedPost? Find(ulong counter) => counter < First || counter >= _next ? null : _waiting[(int)(counter - First)];

    /// <summary>Removes the answered posts before the first unanswered one.</summary>
    public void TakeAnswered()
    {
        while (_waiting.Count > 0 && _waiting[0].Outcome == PostOutcome.Acknowledged)
            _waiting.RemoveAt(0);
    }

    /// <summary>Records that a start found posts damaged.</summary>
    /// <param name="last">The last counter among them.</param>
    /// <param name="isLast">Whether the publisher's last post in the room is among them.</param>
    public void FindDamage(ulong last, bool isLast)
    {
        Forgotten = Math.Max(Forgotten, last);
        if (isLast)
            IsUncertain = publisher.IsDamaged = true;
    }

    /// <summary>Records that the log was replaced by a backup; the entries and the damage in it are recorded next.</summary>
    public void Restore()
    {
        Applied = 0;
        // What was damaged may have expired since, and the backup's records of publishers are from after that.
        IsUncertain = Forgotten > 0;
    }

    /// <summary>Handles the next stored post, whose counter shows how far the server had gone back.</summary>
    public void GoBack(ulong counter)
    {
        Applied = counter - 1;
        IsUncertain = false;
    }

    /// <summary>Removes a post that was refused for good and has not used up its counter: those behind it move up.</summary>
    public void Remove(IntendedPost refused)
    {
        var index = _waiting.IndexOf(refused);
        if (index < 0)
            return;
        refused.Outcome = PostOutcome.Refused;
        _waiting.RemoveAt(index);
        _next--;
        foreach (var behind in _waiting.Skip(index))
            behind.Counter--;
    }

    public void GiveUp()
    {
        foreach (var intended in _waiting.Where(intended => intended.Outcome == PostOutcome.Open))
            intended.Outcome = PostOutcome.Unknown;
        _waiting.Clear();
    }
}
