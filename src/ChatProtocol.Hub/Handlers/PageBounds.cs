namespace ChatProtocol.Hub;

/// <summary>How much of what was read is one page.</summary>
internal static class PageBounds
{
    /// <summary>The most bytes of the entries of a page with more than one, with what is told of them (CP-HIS-011, CP-AMD-023).</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The runs of a page, from the end that the reading began at.</summary>
    /// <param name="runs">Adjoining runs, no more than are asked for.</param>
    /// <param name="amendments">What has become of messages among them, by ascending seq.</param>
    /// <param name="query">The query to the log.</param>
    public static List<EntryRun> Fit(IReadOnlyList<EntryRun> runs, IReadOnlyList<Amended> amendments, EntryQuery query) =>
        FitAmended(Fit(runs, query), amendments, query.FromHigh);

    /// <summary>
    /// As many entries as a page has room for, up to as many said ones as are asked for (CP-MSG-016), from the end that the reading began at;
    /// one entry in any case (CP-HIS-011).
    /// </summary>
    private static List<EntryRun> Fit(IReadOnlyList<EntryRun> runs, EntryQuery query)
    {
        var fitting = new List<EntryRun>();
        var (left, said, fromHigh) = (MaxBytes, query.Count, query.FromHigh);
        foreach (var run in fromHigh ? runs.AsEnumerable().Reverse() : runs)
        {
            var all = (int)(run.Last - run.First + 1);
            var count = CountFitting(run, all, fromHigh, ref left, ref said);
            if (count == 0)
                break;
            fitting.Add(fromHigh ? run with { First = run.Last - (ulong)count + 1 } : run with { Last = run.First + (ulong)count - 1 });
            if (count < all || left <= 0 || said == 0)
                break;
        }
        if (fromHigh)
            fitting.Reverse();
        return fitting;
    }

    /// <summary>As many of these entries as fit along with what is told of them; one in any case (CP-AMD-023).</summary>
    private static List<EntryRun> FitAmended(List<EntryRun> runs, IReadOnlyList<Amended> amendments, bool fromHigh)
    {
        if (amendments.Count == 0 || runs.Count == 0)
            return runs;
        var sizes = amendments.ToDictionary(one => one.Seq, one => FrameCodec.Encode(one).Length);
        var (left, first, last) = (MaxBytes, runs[0].First, runs[^1].Last);
        foreach (var run in fromHigh ? runs.AsEnumerable().Reverse() : runs)
        {
            if (run.Segment is not { } segment)
                continue;
            for (var i = 0ul; i <= run.Last - run.First; i++)
            {
                var seq = fromHigh ? run.Last - i : run.First + i;
                left -= segment.Slice(segment.IndexOf(seq), 1).Length + sizes.GetValueOrDefault(seq);
                if (left < 0 && seq != (fromHigh ? last : first))
                    return EntryRun.Within(runs, fromHigh ? seq + 1 : first, fromHigh ? last : seq - 1);
            }
        }
        return runs;
    }

    /// <summary>How many entries of a run fit into what is left of a page.</summary>
    private static int CountFitting(EntryRun run, int all, bool fromHigh, ref int left, ref ulong said)
    {
        if (run.Segment is not { } segment)
        {
            // Nobody knows what damaged entries were: they count.
            var damaged = (int)Math.Min((ulong)all, said);
            said -= (ulong)damaged;
            return damaged;
        }
        var index = segment.IndexOf(run.First);
        int From(int count) => fromHigh ? index + all - count : index;
        var wanted = segment.CountThrough(index, all, said, fromHigh);
        var fitting = segment.CountWithin(From(wanted), wanted, left, fromHigh);
        if (fitting == 0 && left == MaxBytes)
            fitting = 1;
        if (fitting == 0)
            return 0;
        left -= segment.Slice(From(fitting), fitting).Length;
        said -= (ulong)segment.CountSaid(From(fitting), fitting);
        return fitting;
    }
}
