namespace ChatProtocol.Hub;

/// <summary>How long the commits took, as the log measured them.</summary>
internal sealed class CommitTimes
{
    /// <summary>The span that the slowest commit is sought in, in milliseconds: this one and the one before.</summary>
    private const long Span = 60_000;

    private long _span;
    private TimeSpan _slowest;
    private TimeSpan _slowestBefore;

    /// <summary>How many there were since the start.</summary>
    public ulong Count { get; private set; }

    /// <summary>How long all of them took together.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>A commit is done.</summary>
    /// <param name="took">How long it took.</param>
    /// <param name="now">The monotonic clock's time, in milliseconds.</param>
    public void Add(TimeSpan took, long now)
    {
        MoveTo(now);
        Count++;
        Total += took;
        if (took > _slowest)
            _slowest = took;
    }

    /// <summary>The longest of the last one to two minutes; zero if there was none.</summary>
    public TimeSpan SlowestAt(long now)
    {
        MoveTo(now);
        return _slowest > _slowestBefore ? _slowest : _slowestBefore;
    }

    private void MoveTo(long now)
    {
        var passed = now / Span - _span;
        if (passed == 0)
            return;
        (_slowestBefore, _slowest, _span) = (passed == 1 ? _slowest : default, default, now / Span);
    }
}
