namespace ChatProtocol.Server;

/// <summary>
/// Gives memory back to the system at a quiet moment behind one in which connections held much: a server that has nothing to do
/// allocates nothing, so the garbage collector would not run, and buffers of a crowd that has gone would be kept for good.
/// </summary>
internal sealed class MemoryTrimmer : IDisposable
{
    /// <summary>Bytes that are worth a collection, during which every thread stands still, for some milliseconds where little is left.</summary>
    private const long Much = 64 * 1024 * 1024;

    /// <summary>With no more bytes than these held for a whole interval the moment is quiet.</summary>
    private const long Little = Much / 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly MemoryBudget _budget;
    private readonly ITimer _timer;
    private long _most;

    public MemoryTrimmer(MemoryBudget budget, TimeProvider time)
    {
        _budget = budget;
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var most = _budget.TakeMost();
        _most = Math.Max(_most, most);
        if (_most < Much || most > Little)
            return;
        _most = 0;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
