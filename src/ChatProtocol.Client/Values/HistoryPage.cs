namespace ChatProtocol.Client;

/// <summary>What is known of an amended message of a page beside its present state.</summary>
/// <param name="Through">The seq of the last entry that is in that state.</param>
/// <param name="Original">The text as it was posted.</param>
internal readonly record struct PageAmendment(ulong Through, Text Original);

/// <summary>A page of a room's history, its messages as they were when it was made. Immutable.</summary>
public sealed record HistoryPage
{
    /// <summary>The entries by ascending seq: <see cref="ChatMessage"/>, and whatever else is in the room's log.</summary>
    public IReadOnlyList<ChatEntry> Entries { get; init; } = [];

    /// <summary>
    /// The missing entries of the range that this page covers, by ascending seq; empty in general. There may be gaps
    /// without entries.
    /// </summary>
    public IReadOnlyList<HistoryGap> Gaps { get; init; } = [];

    /// <summary>The room's epoch.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The seq of the last committed entry.</summary>
    public ulong Head { get; init; }

    /// <summary>Whether there are entries beyond these in the direction asked for.</summary>
    public bool More { get; init; }

    /// <summary>The messages that were amended by then, with how far that goes; null for none.</summary>
    internal IReadOnlyDictionary<ulong, PageAmendment>? Amendments { get; init; }

    /// <summary>How many of the entries count towards the number asked for (CP-MSG-016); the seqs of a gap all count.</summary>
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

    /// <summary>The entries and the gaps in the order of their seqs.</summary>
    public IEnumerable<HistoryPart> InOrder() => Gaps.Count == 0 ? Entries : Entries.Concat<HistoryPart>(Gaps).OrderBy(part => part.Place);
}
