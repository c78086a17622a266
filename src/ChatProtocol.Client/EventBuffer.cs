using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>
/// What came unasked, between the reading loop and the one who takes it. It never blocks the loop in the middle of what it
/// has read, so that answers behind the events get through; the loop asks for room before it reads more.
/// </summary>
internal sealed class EventBuffer(int limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<ChatEvent> _events = new();
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _arrival;
    private bool _completed;
    private int _readers;

    /// <summary>Whether the reading of the socket has to stop.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
                return _events.Count >= limit;
        }
    }

    public void Add(ChatEvent happened)
    {
        lock (_gate)
        {
            _events.Enqueue(happened);
            Signal(ref _arrival);
        }
    }

    /// <summary>Adds the last event; nothing may follow.</summary>
    public void Complete(ChatEvent last)
    {
        lock (_gate)
        {
            _events.Enqueue(last);
            _completed = true;
            Signal(ref _arrival);
        }
    }

    public Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _events.Count < limit ? Task.CompletedTask : Await(ref _room).WaitAsync(cancellationToken);
    }

    public IAsyncEnumerable<ChatEvent> ReadAllAsync(CancellationToken cancellationToken) => Read(cancellationToken);

    private async IAsyncEnumerable<ChatEvent> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _readers, 1) == 1)
            throw new InvalidOperationException("The events have one reader at a time, and there is one already.");
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryTake(out var happened, out var arrival))
                    yield return happened!;
                else if (arrival is null)
                    yield break;
                else
                    await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _readers, 0);
        }
    }

    /// <summary>Takes the next event; without one it gives what to wait for, or null at the end.</summary>
    private bool TryTake(out ChatEvent? happened, out Task? arrival)
    {
        lock (_gate)
        {
            arrival = null;
            if (!_events.TryDequeue(out happened))
            {
                arrival = _completed ? null : Await(ref _arrival);
                return false;
            }
            if (_events.Count < limit)
                Signal(ref _room);
        }
        if (happened is MessageReceived said)
            said.Room.Deliver(said.Message.Seq);
        else if (happened is MessagesMissing missing)
            missing.Room.Deliver(missing.Last);
        return true;
    }

    private static Task Await(ref TaskCompletionSource? signal) =>
        (signal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private static void Signal(ref TaskCompletionSource? signal)
    {
        signal?.SetResult();
        signal = null;
    }
}
