using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace ChatProtocol.Server;

/// <summary>
/// The input of a socket that a <see cref="ReadLoop"/> reads. Received bytes lie in the loop's buffer and are to be advanced
/// over before the reader waits for anything else: then only unconsumed bytes are copied, and a reader that has consumed
/// everything holds no memory. A reader that takes longer keeps the buffer, and the loop gets another; one that reads elsewhere is
/// given a copy.
/// </summary>
internal sealed class SocketInput : PipeReader, IValueTaskSource<ReadResult>
{
    /// <summary>So many bytes are copied for a reader elsewhere; with more than that the loop's buffer is worth giving away.</summary>
    private const int MaxCopy = 16 * 1024;

    private readonly Socket _socket;
    private readonly ReadLoop _loop;
    private readonly Lock _gate = new();

    private ManualResetValueTaskSourceCore<ReadResult> _read;
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private Exception? _failure;

    // The bytes that were received and not yet advanced over. The loop's buffer is only lent.
    private byte[] _buffer = [];
    private int _start;
    private int _length;
    private bool _isLent;

    private bool _isAwaited;
    private bool _isUnexamined;
    private bool _isCancelled;
    private bool _isAtEnd;

    // The kernel may have more bytes, and behind them the end.
    private bool _hasMore;
    private bool _isLast;

    public SocketInput(Socket socket, int number, ReadLoop loop)
    {
        _socket = socket;
        Number = number;
        _loop = loop;
    }

    /// <summary>The number of the socket's descriptor.</summary>
    public int Number { get; }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (TryTake(out var result))
                return new(result);
            cancellationToken.ThrowIfCancellationRequested();
            if (_isAwaited)
                throw new InvalidOperationException("this input is being read already");
            _read.Reset();
            _isAwaited = true;
            _cancellation = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(static self => ((SocketInput)self!).Ask(), this);
            if (_hasMore || _failure is not null)
                _loop.Ask(this);
            return new(this, _read.Version);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (_gate)
            return TryTake(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_gate)
        {
            if (_length == 0)
                return;
            var received = Received;
            var left = (int)received.Slice(consumed).Length;
            _isUnexamined = !received.Slice(examined).IsEmpty;
            _start += _length - left;
            _length = left;
            if (_length == 0)
                Release();
            else if (_isLent)
                Keep();
        }
    }

    public override void CancelPendingRead()
    {
        lock (_gate)
        {
            _isCancelled = true;
            Ask();
        }
    }

    /// <summary>Gives the buffer back. Bytes that were read may not be used any more.</summary>
    public override void Complete(Exception? exception = null)
    {
        _loop.Remove(this);
        lock (_gate)
        {
            _failure ??= exception ?? new ObjectDisposedException(nameof(SocketInput));
            _length = 0;
            Release();
        }
    }

    /// <summary>From the next read on the reader resumes outside of the loop's thread, since it may do anything.</summary>
    public void ReadElsewhere() => _read.RunContinuationsAsynchronously = true;

    /// <summary>The socket was closed on this side: a waiting reader is told.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            _failure ??= new ObjectDisposedException(nameof(Socket));
            Ask();
        }
    }

    /// <summary>The kernel has more bytes. Loop's thread only.</summary>
    public void HasMore(bool isLast)
    {
        lock (_gate)
        {
            _hasMore = true;
            _isLast |= isLast;
        }
    }

    /// <summary>Gives a waiting reader the bytes there are for it, if any. Loop's thread only.</summary>
    public void Serve(ReadBuffer buffer)
    {
        ReadResult result;
        Exception? failure;
        lock (_gate)
        {
            if (!_isAwaited || !TryFinish(buffer.Bytes, out result, out failure))
                return;
            _isAwaited = false;
            // A cancellation that is under way is not waited for: it only asks for the input to be looked at.
            _registration.Unregister();
            // A reader elsewhere is never done with the loop's buffer by the time that the loop needs it again.
            if (_isLent && _read.RunContinuationsAsynchronously && _length <= MaxCopy)
            {
                Keep();
                result = new ReadResult(Received, result.IsCanceled, result.IsCompleted);
            }
        }
        if (failure is null)
            _read.SetResult(result);
        else
            _read.SetException(failure);
        lock (_gate)
        {
            if (!_isLent)
                return;
            // The reader has not advanced yet.
            _isLent = false;
            buffer.Replace();
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    // A sequence of one empty array would be one piece to a loop over its pieces.
    private ReadOnlySequence<byte> Received => _length == 0 ? default : new(_buffer, _start, _length);

    private void Ask()
    {
        if (_isAwaited)
            _loop.Ask(this);
    }

    /// <summary>Completes a read without asking the kernel, if it can.</summary>
    private bool TryTake(out ReadResult result)
    {
        result = new ReadResult(Received, _isCancelled, _isAtEnd);
        if (!_isCancelled && !_isUnexamined && !_isAtEnd)
            return false;
        _isCancelled = false;
        return true;
    }

    private bool TryFinish(byte[] buffer, out ReadResult result, out Exception? failure)
    {
        failure = null;
        if (TryTake(out result))
            return true;
        if (_cancellation.IsCancellationRequested)
        {
            failure = new OperationCanceledException(_cancellation);
            return true;
        }
        try
        {
            if (_failure is null && !TryReceive(buffer))
                return false;
            result = new ReadResult(Received, isCanceled: false, _isAtEnd);
        }
        catch (ObjectDisposedException e)
        {
            _failure = e;
        }
        failure = _failure;
        return true;
    }

    /// <summary>Asks the kernel once: a socket that gave less than there was room for is empty, and new input makes a new event.</summary>
    private bool TryReceive(byte[] buffer)
    {
        if (!_hasMore)
            return false;
        // The buffer has room for the unconsumed bytes, and for as many again.
        var own = _length > buffer.Length / 2 ? ArrayPool<byte>.Shared.Rent(2 * _length) : null;
        var into = own ?? buffer;
        var room = into.AsSpan(_length);
        var count = ReceiveOrEnd(room);
        _hasMore = count == room.Length || (_isLast && count > 0);
        _isAtEnd = count == 0;
        if (count is not > 0)
        {
            if (own is not null)
                ArrayPool<byte>.Shared.Return(own);
            return _isAtEnd;
        }
        _buffer.AsSpan(_start, _length).CopyTo(into);
        var length = _length + count.Value;
        Release();
        (_buffer, _start, _length, _isLent) = (into, 0, length, own is null);
        return true;
    }

    /// <summary>A reset is an end like any other: bytes before it count as received, and nothing follows (CP-TRA-020).</summary>
    private int? ReceiveOrEnd(Span<byte> into)
    {
        try
        {
            return Epoll.Receive(_socket, into);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Keeps the unconsumed bytes in a buffer of this input's own.</summary>
    private void Keep()
    {
        var own = ArrayPool<byte>.Shared.Rent(_length);
        _buffer.AsSpan(_start, _length).CopyTo(own);
        (_buffer, _start, _isLent) = (own, 0, false);
    }

    private void Release()
    {
        if (!_isLent && _buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _isLent) = ([], 0, false);
    }
}
