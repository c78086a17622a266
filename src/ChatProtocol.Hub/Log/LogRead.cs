namespace ChatProtocol.Hub;

/// <summary>A query that the hub has asked, and how it goes on with the answer.</summary>
public sealed class LogRead
{
    internal LogRead(LogQuery query, Action<LogFound?> goOn)
    {
        Query = query;
        GoOn = goOn;
    }

    /// <summary>The entries that are wanted.</summary>
    public LogQuery Query { get; }

    /// <summary>Called by <see cref="ChatHub.ReadDone"/> with what was found; with null if it cannot be read just now.</summary>
    internal Action<LogFound?> GoOn { get; }
}

/// <summary>The result of a read.</summary>
/// <param name="Range">The query's range by seq alone (<see cref="LogQuery.BySeq"/>), before it is cut by its count.</param>
/// <param name="Runs">
/// Without a hole, from the end that the reading begins at, each seq in a segment or in a run of what cannot be read any
/// more; as far as the query's count and bytes go.
/// </param>
public sealed record LogFound(LogRange Range, IReadOnlyList<LogRun> Runs);
