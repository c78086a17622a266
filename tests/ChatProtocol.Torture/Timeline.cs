namespace ChatProtocol.Torture;

/// <summary>
/// Tells which seqs of a room mean the same entry before and after a restore: those in the backup, which end before the new
/// epoch's <c>first</c>.
/// </summary>
internal sealed class Timeline
{
    private readonly Dictionary<(ulong Room, int Era), ulong> _firsts = [];
    private readonly Dictionary<(ulong Room, ulong Epoch), int> _eras = [];

    /// <summary>The last era.</summary>
    public int Last { get; private set; }

    public void Add(JournalEntry entry)
    {
        Last = Math.Max(Last, entry.Era);
        if (entry is not Entered entered)
            return;
        _firsts[(entered.Room, entered.Era)] = entered.First;
        _eras[(entered.Room, entered.Epoch)] = entered.Era;
    }

    /// <summary>The era of an acknowledgement, by its epoch: a client that the SDK reconnects may not know the era.</summary>
    public int EraOf(Acked acked) => _eras.GetValueOrDefault((acked.Room, acked.Epoch), acked.Era);

    /// <summary>The era in which the entry was created that has this seq in the given era.</summary>
    public int Origin(ulong room, int era, ulong seq)
    {
        // In an era in which no client entered the room there was no post in it either.
        while (era > 0 && (!_firsts.TryGetValue((room, era), out var first) || seq < first))
            era--;
        return era;
    }

    /// <summary>Whether an entry of one era has to exist in a later one.</summary>
    public bool Survives(ulong room, int era, ulong seq, int later) => Origin(room, era, seq) == Origin(room, later, seq);
}
