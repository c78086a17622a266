using System.Collections.Concurrent;

namespace ChatProtocol.Server;

/// <summary>A thread that processes queued items in order. An exception of its work ends the process, as on any thread.</summary>
internal sealed class QueueThread<T> : IAsyncDisposable
{
    private readonly BlockingCollection<T> _queue;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStarted;

    /// <param name="name">The name of the thread, as debuggers and the operating system show it.</param>
    /// <param name="work">Called with each item, on the thread.</param>
    /// <param name="capacity">The most items that may wait; null where the callers are bounded themselves.</param>
    public QueueThread(string name, Action<T> work, int? capacity = null)
    {
        _queue = capacity is { } most ? new BlockingCollection<T>(most) : new BlockingCollection<T>();
        _thread = new Thread(() => Run(work)) { Name = name, IsBackground = true };
    }

    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    /// <summary>Queues an item; waits for room where there is a capacity.</summary>
    public void Add(T item) => _queue.Add(item);

    /// <summary>Queues an item; false if there is no room.</summary>
    public bool TryAdd(T item) => _queue.TryAdd(item);

    /// <summary>Takes no more items; those that wait are still processed.</summary>
    public void Complete() => _queue.CompleteAdding();

    /// <summary>Takes no more items, and ends once those that wait are done.</summary>
    public async ValueTask DisposeAsync()
    {
        Complete();
        if (_isStarted)
            await _ended.Task.ConfigureAwait(false);
        _queue.Dispose();
    }

    private void Run(Action<T> work)
    {
        try
        {
            foreach (var item in _queue.GetConsumingEnumerable())
                work(item);
            _ended.SetResult();
        }
        catch (Exception e)
        {
            _ended.SetException(e);
            throw;
        }
    }
}
