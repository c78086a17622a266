namespace ChatProtocol.Torture;

/// <summary>
/// Which seqs of a room mean the same entry although the data was restored in between: those that the backup had, which
/// end where the new epoch's <c>first</c> begins.
/// </summary>
internal sealed class Timeline
{
    private readonly Dictionary<(ulong Room, int Era), ulong> _firsts = [];
    private readonly Dictionary<(ulong Room, ulong Epoch), int> _eras = [];

    /// <summary>The last era of all.</summary>
    public int Last { get; private set; }

    public void Add(JournalEntry entry)
    {
        Last = Math.Max(Last, entry.Era);
        if (entry is not Entered entered)
            return;
        _firsts[(entered.Room, entered.Era)] = entered.First;
        _eras[(entered.Room, entered.Epoch)] = entered.Era;
    }

    /// <summary>The era that an acknowledgement is from: a client that the SDK keeps connected need not know.</summary>
    public int EraOf(Acked acked) => _eras.GetValueOrDefault((acked.Room, acked.Epoch), acked.Era);

    /// <summary>The era in which the entry came into being that has this seq in the given one.</summary>
    public int Origin(ulong room, int era, ulong seq)
    {
        // An era in which nobody entered the room had no post in it either.
        while (era > 0 && (!_firsts.TryGetValue((room, era), out var first) || seq < first))
            era--;
        return era;
    }

    /// <summary>Whether what was seen in one era has to be there in another, later one.</summary>
    public bool Survives(ulong room, int era, ulong seq, int later) => Origin(room, era, seq) == Origin(room, later, seq);
}
