namespace ChatProtocol.Server;

/// <summary>
/// Gives memory back to the system at a quiet moment behind a busy one: a server that has nothing to do allocates nothing, so the garbage
/// collector would not run, and what a crowd's arrival or its buffers have left would be kept for good.
/// </summary>
internal sealed class MemoryTrimmer : IDisposable
{
    /// <summary>
    /// Bytes that were held and are worth a collection, during which every thread stands still, for some milliseconds where little is left.
    /// </summary>
    private const long Much = 64 * 1024 * 1024;

    /// <summary>Bytes that were allocated, whether they are still in use or not, and are worth one.</summary>
    private const long Garbage = Much / 4;

    /// <summary>With no more bytes than these held and allocated for a whole interval the moment is quiet.</summary>
    private const long Little = Much / 8;

    /// <summary>With more in use than this, what was only allocated is left to the collector: looking through all of it takes too long.</summary>
    private const long Large = 4 * Much;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly MemoryBudget _budget;
    private readonly ITimer _timer;
    private long _most;

    // Allocated since the process began: when it was looked at last, and at the last collection.
    private long _allocated;
    private long _collected;

    public MemoryTrimmer(MemoryBudget budget, TimeProvider time)
    {
        _budget = budget;
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var held = _budget.TakeMost();
        var allocated = GC.GetTotalAllocatedBytes();
        var isQuiet = held <= Little && allocated - _allocated <= Little;
        _most = Math.Max(_most, held);
        _allocated = allocated;
        if (!isQuiet || !(_most >= Much || (allocated - _collected >= Garbage && GC.GetTotalMemory(forceFullCollection: false) <= Large)))
            return;
        (_most, _collected) = (0, allocated);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
