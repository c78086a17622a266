using System.Threading.Channels;

namespace ChatProtocol.Client;

/// <summary>
/// Frames to be sent. They are encoded when they are added, one behind the other, and sent together in as few writes
/// as the socket allows.
/// </summary>
internal sealed class SendBuffer
{
    /// <summary>Waiting bytes above which no further request is added; frames that may not wait still are.</summary>
    public const int Enough = 256 * 1024;

    // A buffer that one large burst made grow is not kept for ever.
    private const int KeepAtMost = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Channel<bool> _filled = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private FrameBuffer _filling = new(1024);
    private FrameBuffer _sending = new(1024);
    private int _waiting;

    /// <summary>Whether nobody on the way can read what is sent.</summary>
    public bool IsConfidential { get; init; }

    public bool HasRoom => Volatile.Read(ref _waiting) < Enough;

    public void Write(Frame frame)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _filling.Length == 0;
            _filling.Write(frame);
            Volatile.Write(ref _waiting, _filling.Length);
        }
        // Those that follow are taken together with the first.
        if (isFirst)
            _filled.Writer.TryWrite(true);
    }

    /// <summary>Ends the output; a caller that waits for frames gets nothing.</summary>
    public void Complete() => _filled.Writer.TryComplete();

    /// <summary>
    /// Waits for frames and returns all that were added since the last call; nothing at the end. Valid until the next call.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync()
    {
        while (await _filled.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            _filled.Reader.TryRead(out _);
            lock (_gate)
            {
                (_filling, _sending) = (_sending, _filling);
                _filling = Emptied(_filling);
                Volatile.Write(ref _waiting, 0);
                // A frame added between the signal and its taking leaves a second signal without a frame.
                if (_sending.Length > 0)
                    return _sending.Written;
            }
        }
        return default;
    }

    private static FrameBuffer Emptied(FrameBuffer buffer)
    {
        if (buffer.Length > KeepAtMost)
            return new FrameBuffer(1024);
        buffer.Clear();
        return buffer;
    }
}
