namespace ChatProtocol.Client;

/// <summary>A piece of a room's past.</summary>
/// <param name="Entries">The entries by ascending seq: <see cref="Message"/>, and <see cref="UnknownEntry"/> of a kind that this version does not know.</param>
/// <param name="Epoch">The room's epoch.</param>
/// <param name="Head">The seq of the last committed entry.</param>
/// <param name="More">Whether there are entries beyond these in the direction asked for.</param>
public sealed record HistoryPage(IReadOnlyList<Entry> Entries, ulong Epoch, ulong Head, bool More)
{
    /// <summary>What is damaged of the range that this page covers, by ascending seq; empty in general. There may be no entries beside it.</summary>
    public IReadOnlyList<Gap> Gaps { get; init; } = [];

    /// <summary>The entries and the gaps (<see cref="Gap"/>) in the order of the room.</summary>
    public IEnumerable<Frame> InOrder() => Gaps.Count == 0 ? Entries
        : Entries.Select(entry => (entry.Seq, (Frame)entry)).Concat(Gaps.Select(gap => (gap.First, (Frame)gap))).OrderBy(part => part.Item1).Select(part => part.Item2);

    /// <summary>How many of the entries are said, and count for what was asked (CP-MSG-016); what is missing in a gap counts as said.</summary>
    public ulong Said => (ulong)Entries.Count(entry => entry.IsSaid) + Gaps.Aggregate(0ul, (sum, gap) => sum + (gap.Last - gap.First + 1));

    /// <summary>The lowest seq of an entry or a gap: the next page downwards lies before it. 0 if there is neither.</summary>
    public ulong First => (Entries.Count, Gaps.Count) switch
    {
        (0, 0) => 0,
        (_, 0) => Entries[0].Seq,
        (0, _) => Gaps[0].First,
        _ => Math.Min(Entries[0].Seq, Gaps[0].First),
    };

    /// <summary>The highest seq of an entry or a gap: the next page upwards lies after it. 0 if there is neither.</summary>
    public ulong Last => Math.Max(Entries.Count > 0 ? Entries[^1].Seq : 0, Gaps.Count > 0 ? Gaps[^1].Last : 0);
}
