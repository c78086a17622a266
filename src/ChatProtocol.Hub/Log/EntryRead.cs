namespace ChatProtocol.Hub;

/// <summary>A query of the hub, and the callback for its answer.</summary>
public sealed class EntryRead
{
    internal EntryRead(EntryQuery query, Action<EntryResult?> goOn)
    {
        Query = query;
        GoOn = goOn;
    }

    /// <summary>The entries that are wanted.</summary>
    public EntryQuery Query { get; }

    /// <summary>Called by <see cref="ChatHub.ReadDone"/> with the entries found; with null if they cannot be read just now.</summary>
    internal Action<EntryResult?> GoOn { get; }
}

/// <summary>The result of a read.</summary>
/// <param name="Range">The query's range by seq alone (<see cref="EntryQuery.BySeq"/>), before it is cut by its counts.</param>
/// <param name="Runs">
/// Adjoining runs, from the end that the reading begins at, each seq in a segment or in a run of seqs that cannot be read any
/// more; as far as the query's counts and bytes go. More than the entries wanted may be there.
/// </param>
public sealed record EntryResult(SeqRange Range, IReadOnlyList<EntryRun> Runs)
{
    /// <summary>
    /// What has become of the messages in the runs, by ascending seq, if the query asks for it. Entries that were committed after the
    /// runs were read may be contained.
    /// </summary>
    public IReadOnlyList<Amended> Amendments { get; init; } = [];
}
