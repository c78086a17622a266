using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>An entry that waits to be taken, and the credit that is given back then.</summary>
internal readonly record struct WaitingEntry(long Order, RoomState Room, ulong Seq, ChatEvent Event, ReceiveWindow? ReceiveWindow, int Bytes);

/// <summary>
/// The queue of events between the reading loop and the program that takes them. It accepts every event and never makes the loop
/// wait, so that answers get through: a room's window bounds its waiting entries, and <see cref="CoalescedEvents"/> all other events.
/// </summary>
/// <param name="observe">Told of each event that is no entry, in the loop that adds it; null for nobody.</param>
internal sealed class EventBuffer(Action<ChatEvent>? observe = null)
{
    private readonly Lock _gate = new();
    private readonly Queue<WaitingEntry> _entries = new();
    private readonly CoalescedEvents _others = new();
    private TaskCompletionSource? _arrival;
    private long _order;
    private bool _completed;
    private int _readers;

    /// <summary>The frames of a session that an admin traces, which are no events of its own.</summary>
    public TraceBuffer Traces { get; } = new();

    public void Add(ChatEvent happened)
    {
        if (happened is ConnectionLost lost)
            Traces.End(lost.Error);
        lock (_gate)
        {
            _others.Add(_order++, happened);
            Signal(ref _arrival);
        }
        Tell(happened);
    }

    /// <summary>Adds an entry of a room; so many of the room's bytes wait from now on.</summary>
    public void Add(RoomState room, ulong seq, ChatEvent entry, int bytes)
    {
        room.Keep(bytes);
        lock (_gate)
        {
            room.LastEntry = _order;
            _entries.Enqueue(new WaitingEntry(_order++, room, seq, entry, room.ReceiveWindow, bytes));
            Signal(ref _arrival);
        }
    }

    /// <summary>Adds the last event; nothing may follow.</summary>
    public void Complete(SessionEnded last)
    {
        Traces.End(last.Error);
        lock (_gate)
        {
            _others.Add(_order++, last);
            _completed = true;
            Signal(ref _arrival);
        }
        Tell(last);
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

    /// <summary>Takes the next event; if there is none, gives a task that completes with the next arrival, or null at the end.</summary>
    private bool TryTake(out ChatEvent? happened, out Task? arrival)
    {
        WaitingEntry entry;
        lock (_gate)
        {
            arrival = null;
            var hasEntry = _entries.TryPeek(out entry);
            if (_others.TryTake(hasEntry ? entry.Order : long.MaxValue, out happened))
            {
                if (happened is MessagesMissing missing)
                    missing.Room.State.Deliver(missing.Last, bytes: 0);
                return true;
            }
            if (!hasEntry)
            {
                arrival = _completed ? null : Await(ref _arrival);
                return false;
            }
            _entries.Dequeue();
        }
        happened = entry.Event;
        entry.ReceiveWindow?.Take(entry.Bytes);
        entry.Room.Deliver(entry.Seq, entry.Bytes);
        return true;
    }

    private void Tell(ChatEvent happened)
    {
        try
        {
            observe?.Invoke(happened);
        }
        catch (Exception)
        {
            // A fault of an observer is not one of the connection.
        }
    }

    private static Task Await(ref TaskCompletionSource? signal) =>
        (signal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private static void Signal(ref TaskCompletionSource? signal)
    {
        signal?.SetResult();
        signal = null;
    }
}
