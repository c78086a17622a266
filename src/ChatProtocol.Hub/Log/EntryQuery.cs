namespace ChatProtocol.Hub;

/// <summary>A query for committed entries of one room.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Range">The seqs wanted; at least one, from 1 up to the room's committed head.</param>
public sealed record EntryQuery(ulong Room, SeqRange Range)
{
    /// <summary>
    /// Whether to begin at the high end. Either way the entries found come in ascending order, and include entries beyond the
    /// range where it does not end with a segment.
    /// </summary>
    public bool FromHigh { get; init; }

    /// <summary>No more segments are read once they reach this many bytes.</summary>
    public int MaxBytes { get; init; } = Segment.MaxBytes;

    /// <summary>The most entries wanted of all kinds, counted from the end that the reading begins at.</summary>
    public ulong MaxEntries { get; init; } = ulong.MaxValue;

    /// <summary>The most entries wanted that are said, counted in the same way; those that are not come with them (CP-MSG-016).</summary>
    public ulong Count { get; init; } = ulong.MaxValue;

    /// <summary>Only entries of this time or later, in milliseconds since 1970 UTC; null for any.</summary>
    public ulong? Since { get; init; }

    /// <summary>Only entries from before this time, in milliseconds since 1970 UTC; null for any.</summary>
    public ulong? Until { get; init; }

    /// <summary>The principal that is told what has become of the messages; null where nobody is (<see cref="EntryResult.Amendments"/>).</summary>
    public ulong? AmendmentsFor { get; init; }

    /// <summary>The range with seqs in the place of times, which never go back within a room.</summary>
    /// <param name="find">
    /// Finds where a time begins, within <see cref="Range"/> or right behind it: the seq behind the last whole entry from
    /// before it, and that of the first whole entry of it or later. Seqs between the two are damaged.
    /// </param>
    public SeqRange BySeq(Func<ulong, (ulong BehindBefore, ulong First)> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        return new SeqRange(
            Since is { } since ? find(since).BehindBefore : Range.First,
            Until is { } until ? find(until).First - 1 : Range.Last);
    }
}
