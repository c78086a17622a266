using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace ChatProtocol.Client;

/// <summary>An entry that waits to be taken, the place behind it, and the credit that is given back then.</summary>
internal readonly record struct WaitingEntry(long Order, RoomState Room, ChatCursor Cursor, ChatEvent Event, ReceiveWindow? ReceiveWindow, int Bytes);

/// <summary>Events in their order, for one reader at a time. All members but <see cref="ReadAllAsync"/> are guarded by the gate.</summary>
internal sealed class EventQueue(Lock gate) : IValueTaskSource
{
    private readonly Queue<WaitingEntry> _entries = new();
    private readonly CoalescedEvents _others = new();

    // One reader waits at a time, so that one source of its waits is enough.
    private ManualResetValueTaskSourceCore<bool> _arrival = new() { RunContinuationsAsynchronously = true };
    private bool _isAwaited;
    private int _readers;

    /// <summary>Whether nothing follows any more.</summary>
    public bool IsComplete { get; private set; }

    public void Add(long order, ChatEvent happened)
    {
        _others.Add(order, happened);
        Wake();
    }

    public void Add(in WaitingEntry entry)
    {
        _entries.Enqueue(entry);
        Wake();
    }

    public void Complete()
    {
        IsComplete = true;
        Wake();
    }

    /// <summary>Moves the waiting events of a room to another queue, where they come before all that follow.</summary>
    public void MoveTo(EventQueue other, RoomState room)
    {
        for (var left = _entries.Count; left > 0; left--)
        {
            var entry = _entries.Dequeue();
            (entry.Room == room ? other : this)._entries.Enqueue(entry);
        }
        _others.MoveTo(other._others, happened => (happened as ChatRoomEvent)?.Room.State == room);
    }

    /// <summary>Replaces waiting entries of a room, each by what comes in its place.</summary>
    public void Replace(RoomState room, Func<ChatEvent, ChatEvent> replacement)
    {
        for (var left = _entries.Count; left > 0; left--)
        {
            var entry = _entries.Dequeue();
            _entries.Enqueue(entry.Room == room ? entry with { Event = replacement(entry.Event) } : entry);
        }
    }

    public async IAsyncEnumerable<ChatEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _readers, 1) == 1)
            throw new InvalidOperationException("The events have one reader at a time, and there is one already.");
        try
        {
            using var cancelling = cancellationToken.UnsafeRegister(static queue => ((EventQueue)queue!).Stop(), this);
            while (true)
            {
                if (TryTake(out var happened, out var isOver, cancellationToken))
                    yield return happened!;
                else if (isOver)
                    yield break;
                else
                    await new ValueTask(this, _arrival.Version).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _readers, 0);
        }
    }

    /// <summary>Takes the next event; if there is none and it is not the end, the next arrival has to be awaited.</summary>
    private bool TryTake(out ChatEvent? happened, out bool isOver, CancellationToken stop)
    {
        WaitingEntry entry;
        lock (gate)
        {
            isOver = false;
            stop.ThrowIfCancellationRequested();
            var hasEntry = _entries.TryPeek(out entry);
            if (_others.TryTake(hasEntry ? entry.Order : long.MaxValue, out happened))
            {
                if (happened is MessagesMissing missing)
                    missing.Room.State.Deliver(missing.Cursor, bytes: 0);
                return true;
            }
            if (!hasEntry)
            {
                isOver = IsComplete;
                if (!isOver)
                    Await();
                return false;
            }
            _entries.Dequeue();
        }
        happened = entry.Event;
        entry.ReceiveWindow?.Take(entry.Bytes);
        entry.Room.Deliver(entry.Cursor, entry.Bytes);
        if (ChatTelemetry.Consumed.Enabled && happened is MessageReceived said)
            said.Room.Destination.Consumed();
        return true;
    }

    private void Await()
    {
        _arrival.Reset();
        _isAwaited = true;
    }

    /// <summary>The reader's token was cancelled.</summary>
    private void Stop()
    {
        lock (gate)
            Wake();
    }

    private void Wake()
    {
        if (!_isAwaited)
            return;
        _isAwaited = false;
        _arrival.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);
}
