namespace ChatProtocol.Client;

/// <summary>A part of a room's past: an entry (<see cref="ChatEntry"/>), or what is missing of it (<see cref="HistoryGap"/>).</summary>
public abstract record HistoryPart
{
    private protected HistoryPart()
    {
    }

    /// <summary>The seq by which it stands among the others.</summary>
    internal abstract ulong Place { get; }
}

/// <summary>Entries of a room that do not come, because they are damaged on the server or have expired. Everything else is whole.</summary>
public sealed record HistoryGap : HistoryPart
{
    /// <summary>The seq of the first that is missing.</summary>
    public ulong First { get; init; }

    /// <summary>The seq of the last.</summary>
    public ulong Last { get; init; }

    /// <summary>Why they do not come.</summary>
    public GapReason Reason { get; init; }

    internal override ulong Place => First;

    internal static HistoryGap Of(Gap gap) => new() { First = gap.First, Last = gap.Last, Reason = gap.Why };
}
