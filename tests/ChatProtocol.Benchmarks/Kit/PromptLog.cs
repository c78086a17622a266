using ChatProtocol.Hub;

namespace ChatProtocol.Benchmarks;

/// <summary>A log that stores nothing: a batch counts as stored as soon as the benchmark takes it.</summary>
internal sealed class PromptLog : ILog
{
    private LogBatch? _underWay;
    private EntryRead? _asked;

    public void Append(LogBatch batch) => _underWay = batch;

    public void Read(EntryRead read) => _asked = read;

    public StartupContents Load() => StartupContents.Empty with { IsWhole = true };

    public void Find(DirectoryLookup read) => throw new InvalidOperationException("The hub had everything.");

    public void Do(MaintenanceTask task)
    {
    }

    public void Search(SearchRead read)
    {
    }

    /// <summary>The batch that the hub waits for.</summary>
    public LogBatch TakeBatch() => Take(ref _underWay);

    /// <summary>The read that the hub waits for.</summary>
    public EntryRead TakeRead() => Take(ref _asked);

    private static T Take<T>(ref T? slot)
        where T : class
    {
        var taken = slot ?? throw new InvalidOperationException($"The hub has asked for no {typeof(T).Name}.");
        slot = null;
        return taken;
    }
}
