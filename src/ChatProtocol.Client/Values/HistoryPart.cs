namespace ChatProtocol.Client;

/// <summary>A part of a room's history: an entry (<see cref="ChatEntry"/>), or missing entries (<see cref="HistoryGap"/>).</summary>
public abstract record HistoryPart
{
    private protected HistoryPart()
    {
    }

    /// <summary>The seq that it is sorted by.</summary>
    internal abstract ulong Place { get; }
}

/// <summary>
/// Entries of a room that are missing, because they are damaged on the server or have expired. All other entries are whole.
/// </summary>
public sealed record HistoryGap : HistoryPart
{
    /// <summary>The first seq that is missing.</summary>
    public ulong First { get; init; }

    /// <summary>The last seq that is missing.</summary>
    public ulong Last { get; init; }

    /// <summary>Why they are missing.</summary>
    public GapReason Reason { get; init; }

    internal override ulong Place => First;

    internal static HistoryGap Of(Gap gap) => new() { First = gap.First, Last = gap.Last, Reason = gap.Why };
}
