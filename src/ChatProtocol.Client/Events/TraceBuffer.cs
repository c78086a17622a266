using System.Threading.Channels;

namespace ChatProtocol.Client;

/// <summary>
/// The frames of the session that is traced, between the reading loop and the program that takes them. It never makes the loop wait: of
/// those that it has no room for it keeps the number. Thread-safe.
/// </summary>
internal sealed class TraceBuffer
{
    private const int Capacity = 1024;

    private readonly Lock _gate = new();
    private Channel<Traced>? _frames;
    private ulong _dropped;

    /// <summary>Begins to keep the frames.</summary>
    /// <exception cref="InvalidOperationException">They are kept already.</exception>
    public ChannelReader<Traced> Begin()
    {
        lock (_gate)
        {
            if (_frames is not null)
                throw new InvalidOperationException("A client traces one session at a time, and it traces one already.");
            _dropped = 0;
            _frames = Channel.CreateBounded<Traced>(new BoundedChannelOptions(Capacity) { SingleReader = true });
            return _frames.Reader;
        }
    }

    public void Add(Traced traced)
    {
        lock (_gate)
        {
            if (_frames is not { } frames)
                return;
            if (frames.Writer.TryWrite(traced with { Skipped = traced.Skipped + _dropped }))
                _dropped = 0;
            else
                _dropped += 1 + traced.Skipped;
            if (traced.TracedCode == 0)
                frames.Writer.TryComplete();
        }
    }

    /// <summary>No more frames come: the connection is lost, or the client is done.</summary>
    public void End(ChatException? why)
    {
        lock (_gate)
            _frames?.Writer.TryComplete(why);
    }

    /// <summary>Keeps no more.</summary>
    public void Drop()
    {
        lock (_gate)
            _frames = null;
    }
}
