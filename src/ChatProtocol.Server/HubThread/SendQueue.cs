using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The output of one connection, in order. It is sent at once and without waiting: bytes that the sink does not take are sent
/// when it takes more. Belongs to the hub's thread, which has it flushed by its <see cref="ParallelSender"/>.
/// </summary>
/// <param name="sink">Takes the bytes.</param>
/// <param name="schedule">Has the queue flushed.</param>
/// <param name="budget">The bytes that all connections together may hold.</param>
/// <param name="time">The clock.</param>
internal sealed class SendQueue(Sink sink, SendSchedule schedule, MemoryBudget budget, TimeProvider time)
{
    /// <summary>Bytes that may wait by default.</summary>
    public const int DefaultLimit = 128 * 1024;

    /// <summary>Bytes of memory that a waiting piece takes up beside its content.</summary>
    private const int PieceOverhead = 64;

    private static readonly TimeSpan MinPatience = TimeSpan.FromMilliseconds(4);

    private static readonly TimeSpan MaxPatience = TimeSpan.FromMilliseconds(256);

    private readonly Queue<ReadOnlyMemory<byte>> _queue = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Bytes of the first piece that were sent already.
    private int _headSent;

    // Bytes that were reported to the budget.
    private long _held;
    private TimeSpan _patience = MinPatience;
    private bool _isTouched;
    private bool _isWaiting;
    private bool _wasFull;
    private bool _isClosing;
    private bool _isBroken;

    /// <summary>Bytes that may wait while there is plenty of memory. 128 KiB by default.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Called once the queue has drained after <see cref="HasRoom"/> said no.</summary>
    public required Action WhenDrained { get; init; }

    /// <summary>Called with the number of bytes that the sink has taken.</summary>
    public Action<int>? WhenSent { get; set; }

    /// <summary>
    /// Whether each piece is sent by itself, and only when there is room for all of it: no read of the client ends within a piece.
    /// One is sent in a turn, or long texts to hundreds of such clients would make long turns. Off by default: pieces are sent
    /// together and in parts, which costs less.
    /// </summary>
    public bool SendsWhole { get; set; }

    /// <summary>Completes when the queue is closed and empty, or the sink is broken.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Whether the last flush stopped only because other queues have their turn. The queue is to be flushed again then.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Bytes that wait to be sent.</summary>
    public long Queued { get; private set; }

    /// <summary>Bytes that the sink has taken since the beginning.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes of memory that the queue takes up.</summary>
    private long Cost => Queued + ((long)PieceOverhead * _queue.Count);

    /// <summary>Whether more entries and long replies are taken; if not, the member falls behind and is fed as the queue drains.</summary>
    public bool HasRoom()
    {
        _wasFull |= Cost >= budget.OutputOfOne(Limit);
        return !_wasFull;
    }

    /// <summary>Queues a piece. Its memory must not change any more.</summary>
    public void Add(ReadOnlyMemory<byte> bytes)
    {
        if (_isBroken || _isClosing)
            return;
        _queue.Enqueue(bytes);
        Queued += bytes.Length;
        Touch();
    }

    /// <summary>Takes no more pieces; finished when those that wait have been sent.</summary>
    public void Close()
    {
        _isClosing = true;
        Touch();
    }

    /// <summary>Sends until the queue is empty, the sink takes no more, or other queues have their turn.</summary>
    /// <param name="buffer">The calling thread's buffer.</param>
    public void Flush(SendBuffer buffer)
    {
        if (SendsWhole && _queue.Count > 0 && !_isWaiting && !sink.HasRoom)
            _ = WaitForRoomAsync();
        for (var hasSent = false; _queue.Count > 0 && !_isWaiting && !(SendsWhole && hasSent); hasSent = true)
        {
            var sent = sink.TrySend(SendsWhole ? _queue.Peek()[_headSent..] : buffer.Gather(_queue, _headSent));
            if (sent > 0)
                Advance(sent);
            else if (sent == 0)
                _ = WaitUntilReadyAsync(_queue.Peek()[_headSent..]);
            else
                Break();
        }
        HasMore = _isTouched = _queue.Count > 0 && !_isWaiting;
        TellBudget();
        if (_wasFull && Cost < budget.OutputOfOne(Limit) / 2)
        {
            _wasFull = false;
            // The memory of a long queue is not kept for a client that may never fall behind again.
            _queue.TrimExcess();
            WhenDrained();
        }
        if (_isClosing && _queue.Count == 0)
            _finished.TrySetResult();
    }

    /// <summary>The sink took bytes that it had no room for before; none if it is broken.</summary>
    public void Sent(int bytes)
    {
        if (bytes > 0)
            Advance(bytes);
        else
            Break();
        GoOn();
    }

    /// <summary>Only bytes that the sink did not take at once count, so that readers who keep up cost no more than this check.</summary>
    private void TellBudget()
    {
        var cost = Cost;
        if (cost == _held)
            return;
        budget.Hold(cost - _held);
        _held = cost;
    }

    private void GoOn()
    {
        _isWaiting = false;
        if (_isTouched)
            return;
        _isTouched = true;
        schedule.GoOn(this);
    }

    private void Touch()
    {
        if (_isTouched)
            return;
        _isTouched = true;
        schedule.Touch(this);
    }

    /// <summary>
    /// The kernel reports only a little room, never enough room, so this polls for it, with a retry delay that grows. It cannot fail.
    /// </summary>
    private async Task WaitForRoomAsync()
    {
        _isWaiting = true;
        _patience = _patience * 2 > MaxPatience ? MaxPatience : _patience * 2;
        await Task.Delay(_patience, time).ConfigureAwait(false);
        schedule.Control(new RoomAgain(this));
    }

    /// <summary>Every failure ends as a broken sink, so nothing has to await this.</summary>
    private async Task WaitUntilReadyAsync(ReadOnlyMemory<byte> head)
    {
        _isWaiting = true;
        var sent = 0;
        try
        {
            sent = await sink.UntilReadyAsync(head).ConfigureAwait(false);
        }
        catch (IOException)
        {
        }
        schedule.Control(new SentLater(this, sent));
    }

    private void Advance(int sent)
    {
        SentBytes += sent;
        Queued -= sent;
        _patience = MinPatience;
        WhenSent?.Invoke(sent);
        sent += _headSent;
        while (_queue.TryPeek(out var head) && sent >= head.Length)
        {
            sent -= head.Length;
            _queue.Dequeue();
        }
        _headSent = sent;
    }

    private void Break()
    {
        _isBroken = true;
        _queue.Clear();
        _queue.TrimExcess();
        _headSent = 0;
        Queued = 0;
        _finished.TrySetResult();
    }

    /// <summary>The wait for the sink is over.</summary>
    private sealed record SentLater(SendQueue Queue, int Bytes) : HubInput
    {
        public override void Apply(ChatHub hub) => Queue.Sent(Bytes);
    }

    /// <summary>The retry delay of a sink that had too little room has passed.</summary>
    private sealed record RoomAgain(SendQueue Queue) : HubInput
    {
        public override void Apply(ChatHub hub) => Queue.GoOn();
    }
}
