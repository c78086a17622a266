namespace ChatProtocol.Simulation;

/// <summary>A publisher id, and what its owner has to know to post exactly once.</summary>
internal sealed class Publisher(World world)
{
    private readonly int _restores = world.Ledger.Restores;
    private readonly int _pauses = world.Clock.LongPauses;

    public ReadOnlyMemory<byte> Id { get; } = world.Dice.Bytes(16);

    public Dictionary<ulong, PostStream> Streams { get; } = [];

    /// <summary>Whose it is; 0 before its first login.</summary>
    public ulong Principal { get; set; }

    /// <summary>The connection whose login with it the server answered last.</summary>
    public Link? Newest { get; set; }

    /// <summary>A session has sent its quit.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The server may know less of it than it has told.</summary>
    public bool IsRestored => world.Ledger.Restores != _restores;

    /// <summary>A start found the last of what it had posted in some room damaged, and may know nothing of that.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>The server may have forgotten it.</summary>
    public bool MayBeForgotten => IsEnded || IsRestored || IsDamaged || world.Clock.LongPauses != _pauses;

    public PostStream StreamOf(ulong room)
    {
        if (!Streams.TryGetValue(room, out var stream))
            Streams.Add(room, stream = world.Ledger.Begin(this, room));
        return stream;
    }

    /// <summary>Nobody will learn any more what became of what waits.</summary>
    public void GiveUp()
    {
        foreach (var stream in Streams.Values)
            stream.GiveUp();
    }
}

/// <summary>What one publisher says in one room, in the order of its counters.</summary>
internal sealed class PostStream(Publisher publisher, ulong room)
{
    private readonly List<Saying> _waiting = [];
    private ulong _next = 1;

    public Publisher Publisher => publisher;

    public ulong Room => room;

    /// <summary>The last counter in the log.</summary>
    public ulong Applied { get; set; }

    /// <summary>The last counter that the server has answered with success.</summary>
    public ulong Acknowledged { get; set; }

    /// <summary>Up to this counter posts may count as accepted and no longer remembered (CP-DEL-028).</summary>
    public ulong Forgotten { get; private set; }

    /// <summary>The server may have gone back to any of its counters.</summary>
    public bool IsUncertain { get; private set; }

    /// <summary>How many are not known to be stored.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>The lowest counter that is not known to be stored.</summary>
    public ulong First => _next - (ulong)_waiting.Count;

    public ulong Next => _next;

    public void Add(Saying saying)
    {
        saying.Counter = _next++;
        _waiting.Add(saying);
    }

    /// <summary>What has a counter; null if none has it yet.</summary>
    public Saying? Find(ulong counter) => counter < First || counter >= _next ? null : _waiting[(int)(counter - First)];

    /// <summary>All up to the first unanswered one are done.</summary>
    public void TakeAnswered()
    {
        while (_waiting.Count > 0 && _waiting[0].Fate == Fate.Acknowledged)
            _waiting.RemoveAt(0);
    }

    /// <summary>A start finds posts damaged.</summary>
    /// <param name="last">The last counter among them.</param>
    /// <param name="lastWhole">The last counter of a post that is whole; 0 for none.</param>
    public void FindDamage(ulong last, ulong lastWhole)
    {
        Forgotten = Math.Max(Forgotten, last);
        if (last > lastWhole)
            IsUncertain = publisher.IsDamaged = true;
    }

    /// <summary>The next post that the server stores tells how far it had gone back.</summary>
    public void GoBack(ulong counter)
    {
        Applied = counter - 1;
        IsUncertain = false;
    }

    /// <summary>One was refused for good and has not used up its counter: those behind it move up.</summary>
    public void Remove(Saying refused)
    {
        var index = _waiting.IndexOf(refused);
        if (index < 0)
            return;
        refused.Fate = Fate.Refused;
        _waiting.RemoveAt(index);
        _next--;
        foreach (var behind in _waiting.Skip(index))
            behind.Counter--;
    }

    public void GiveUp()
    {
        foreach (var saying in _waiting.Where(saying => saying.Fate == Fate.Open))
            saying.Fate = Fate.Unknown;
        _waiting.Clear();
    }
}
