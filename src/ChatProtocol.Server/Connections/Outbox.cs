using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>
/// What waits to be sent on one socket, in order. It sends straight and never waits: what the kernel has no room for goes
/// on when it does. Belongs to the hub's thread, which has it flushed by its <see cref="SendCrew"/>.
/// </summary>
internal sealed class Outbox
{
    /// <summary>Bytes that a waiting piece takes up beside its own.</summary>
    private const int PieceOverhead = 64;

    private static readonly TimeSpan MinPatience = TimeSpan.FromMilliseconds(4);

    private static readonly TimeSpan MaxPatience = TimeSpan.FromMilliseconds(256);

    private readonly Socket _socket;
    private readonly HubLoop _loop;
    private readonly MemoryBudget _budget;
    private readonly TimeProvider _time;
    private readonly Queue<ReadOnlyMemory<byte>> _queue = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Of the first piece in the queue.
    private int _headSent;

    // As the budget knows.
    private long _held;
    private TimeSpan _patience = MinPatience;
    private bool _isTouched;
    private bool _waitsForKernel;
    private bool _wasFull;
    private bool _isClosing;
    private bool _isBroken;

    public Outbox(Socket socket, HubLoop loop, MemoryBudget budget, TimeProvider time)
    {
        _socket = socket;
        _loop = loop;
        _budget = budget;
        _time = time;
    }

    /// <summary>Beyond so many bytes no more entries are taken; the member falls behind and is fed as it drains.</summary>
    public int Limit { get; init; } = ServerOptions.DefaultQueueBytes;

    /// <summary>Called once the queue has drained after <see cref="HasRoom"/> said no.</summary>
    public required Action WhenDrained { get; init; }

    /// <summary>Called with the number of bytes that the kernel has taken.</summary>
    public Action<int>? WhenSent { get; set; }

    /// <summary>
    /// Whether each piece goes out by itself, and only when the kernel has room for all of it: no reader ever sees a part of
    /// one as the last there is. Off by default: pieces go out together and in parts, which costs less.
    /// </summary>
    public bool SendsWhole { get; set; }

    /// <summary>Completes when the queue is empty and nothing comes any more, or the socket is broken.</summary>
    public Task Finished => _finished.Task;

    public long Queued { get; private set; }

    public long SentBytes { get; private set; }

    /// <summary>Whether more entries and long replies are taken; if not, the member falls behind and is fed as the queue drains.</summary>
    public bool HasRoom()
    {
        _wasFull |= Cost >= _budget.OutputOfOne;
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

    /// <summary>Takes nothing more; finished when what is queued has been sent.</summary>
    public void Close()
    {
        _isClosing = true;
        Touch();
    }

    /// <summary>Sends until the queue is empty or the kernel has no room.</summary>
    /// <param name="buffer">Of the thread that calls.</param>
    public void Flush(SendBuffer buffer)
    {
        _isTouched = false;
        while (_queue.Count > 0 && !_waitsForKernel)
        {
            if (SendsWhole && !HasKernelRoom())
            {
                _ = WaitForRoomAsync();
                break;
            }
            var sent = TrySend(SendsWhole ? _queue.Peek()[_headSent..] : buffer.Gather(_queue, _headSent), out var error);
            if (error == SocketError.Success)
                Advance(sent);
            else if (error is SocketError.WouldBlock or SocketError.IOPending)
                _ = WaitForKernelAsync(_queue.Peek()[_headSent..]);
            else
                Break();
        }
        TellBudget();
        if (_wasFull && Cost < _budget.OutputOfOne / 2)
        {
            _wasFull = false;
            // A long queue's memory is not kept for a reader that may never fall behind again.
            _queue.TrimExcess();
            WhenDrained();
        }
        if (_isClosing && _queue.Count == 0)
            _finished.TrySetResult();
    }

    /// <summary>The kernel took bytes that it had no room for before; none if the socket is broken.</summary>
    public void Sent(int bytes)
    {
        _waitsForKernel = false;
        if (bytes > 0)
            Advance(bytes);
        else
            Break();
        Touch();
    }

    /// <summary>The kernel may have room by now.</summary>
    public void TryAgain()
    {
        _waitsForKernel = false;
        Touch();
    }

    /// <summary>Bytes of memory that the queue takes up.</summary>
    private long Cost => Queued + ((long)PieceOverhead * _queue.Count);

    /// <summary>Only what the kernel has not taken at once is held, so that readers who keep up cost no more than this look.</summary>
    private void TellBudget()
    {
        var cost = Cost;
        if (cost == _held)
            return;
        _budget.Hold(cost - _held);
        _held = cost;
    }

    private void Touch()
    {
        if (_isTouched)
            return;
        _isTouched = true;
        _loop.Touch(this);
    }

    /// <summary>A connection that was cut off may lose its socket while the hub still serves it.</summary>
    private int TrySend(ReadOnlyMemory<byte> piece, out SocketError error)
    {
        try
        {
            return _socket.Send(piece.Span, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.NotSocket;
            return 0;
        }
    }

    /// <summary>
    /// A socket counts as writable with a third of its buffer free, which is more than a piece; with less it takes a part.
    /// A broken one counts too, and sending will tell.
    /// </summary>
    private bool HasKernelRoom()
    {
        try
        {
            return _socket.Poll(0, SelectMode.SelectWrite);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Nothing tells when there is more than a little room, so it is asked for, the less often the longer it takes. It cannot fail.</summary>
    private async Task WaitForRoomAsync()
    {
        _waitsForKernel = true;
        _patience = _patience * 2 > MaxPatience ? MaxPatience : _patience * 2;
        await Task.Delay(_patience, _time).ConfigureAwait(false);
        _loop.Control(new HubInput.RoomAgain(this));
    }

    /// <summary>Every failure ends as a broken socket, so nobody has to await this.</summary>
    private async Task WaitForKernelAsync(ReadOnlyMemory<byte> piece)
    {
        _waitsForKernel = true;
        var sent = 0;
        try
        {
            sent = await _socket.SendAsync(piece).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
        _loop.Control(new HubInput.Sent(this, sent));
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
}
