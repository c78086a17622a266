namespace ChatProtocol.Hub;

/// <summary>A run of a room's entries as a read has found it: a segment, or seqs that cannot be read any more.</summary>
/// <param name="First">The first seq.</param>
/// <param name="Last">The last seq.</param>
/// <param name="Segment">The entries; null if they are damaged, or have expired meanwhile.</param>
public readonly record struct EntryRun(ulong First, ulong Last, Segment? Segment)
{
    /// <summary>Every seq of a range: in whole segments, or in runs between and beside them.</summary>
    /// <param name="first">The range's first seq.</param>
    /// <param name="last">The range's last seq.</param>
    /// <param name="whole">Undamaged segments in ascending order; entries that they hold beyond the range are left in.</param>
    public static List<EntryRun> Cover(ulong first, ulong last, IEnumerable<Segment> whole)
    {
        ArgumentNullException.ThrowIfNull(whole);
        var runs = new List<EntryRun>();
        var next = first;
        foreach (var segment in whole)
        {
            if (segment.Last < next || segment.First > last)
                continue;
            if (segment.First > next)
                runs.Add(new EntryRun(next, segment.First - 1, null));
            runs.Add(new EntryRun(segment.First, segment.Last, segment));
            next = segment.Last + 1;
        }
        if (next <= last)
            runs.Add(new EntryRun(next, last, null));
        return runs;
    }

    /// <summary>The parts of runs that lie within a range.</summary>
    /// <param name="runs">Adjoining runs.</param>
    /// <param name="first">The range's first seq.</param>
    /// <param name="last">The range's last seq.</param>
    public static List<EntryRun> Within(IEnumerable<EntryRun> runs, ulong first, ulong last)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return [.. runs.Select(run => run with { First = Math.Max(run.First, first), Last = Math.Min(run.Last, last) }).Where(run => run.First <= run.Last)];
    }
}
