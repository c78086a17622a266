namespace ChatProtocol.Client;

/// <summary>A piece of a room's past.</summary>
/// <param name="Entries">The entries by ascending seq.</param>
/// <param name="Epoch">The room's epoch.</param>
/// <param name="Head">The seq of the last committed entry.</param>
/// <param name="More">Whether there are entries beyond these in the direction asked for.</param>
public sealed record HistoryPage(IReadOnlyList<Message> Entries, ulong Epoch, ulong Head, bool More)
{
    /// <summary>What is damaged of the range that this page covers, by ascending seq; empty in general. There may be no entries beside it.</summary>
    public IReadOnlyList<Gap> Gaps { get; init; } = [];

    /// <summary>The entries (<see cref="Message"/>) and the gaps (<see cref="Gap"/>) in the order of the room.</summary>
    public IEnumerable<Frame> InOrder() => Gaps.Count == 0 ? Entries
        : Entries.Select(entry => (entry.Seq, (Frame)entry)).Concat(Gaps.Select(gap => (gap.First, (Frame)gap))).OrderBy(part => part.Item1).Select(part => part.Item2);

    /// <summary>The highest seq of an entry or a gap: the next page upwards lies after it. 0 if there is neither.</summary>
    internal ulong Last => Math.Max(Entries.Count > 0 ? Entries[^1].Seq : 0, Gaps.Count > 0 ? Gaps[^1].Last : 0);
}
