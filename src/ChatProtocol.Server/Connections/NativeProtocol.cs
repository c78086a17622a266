using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The native protocol: frames of MessagePack.</summary>
internal sealed class NativeProtocol(Connection connection, ConnectionServices services) : IProtocol
{
    /// <summary>
    /// How often a half frame is looked at within its deadline; without room for the frame its deadline is shorter by this
    /// factor.
    /// </summary>
    private const int Looks = 10;

    private readonly FrameReader _reader = new(Direction.ToServer);

    // The bytes of a half frame so far, how long its rest has been awaited, and when that was counted last.
    private long _kept;
    private TimeSpan _awaited;
    private long _counted;

    public int MaxInFlight => services.Limits.InFlight;

    public TimeSpan? LooksAgainAfter
    {
        get
        {
            if (_kept == 0)
                return null;
            var left = services.FrameTimeout - _awaited;
            return left > TimeSpan.Zero && left < Interval ? left : Interval;
        }
    }

    private TimeSpan Interval => services.FrameTimeout / Looks;

    /// <summary>
    /// A frame that has begun has to end in time, or it would hold memory for as long as its sender likes (CP-TRA-012). Bytes
    /// that lie in the kernel came in time: only the server is late (CP-TRA-021).
    /// </summary>
    private bool IsTooLate => _kept > 0 && _awaited >= FrameTimeout && !connection.HasUnread;

    /// <summary>While all connections together hold too much, frames that have begun have a shorter deadline.</summary>
    private TimeSpan FrameTimeout => _kept > services.Budget.InputOfOne ? Interval : services.FrameTimeout;

    /// <summary>Decodes the bytes, up to the requests that may still be in flight; the one place that catches a violation.</summary>
    public Parsed Parse(in Received received)
    {
        var input = received.Bytes;
        var frames = new List<Frame>();
        var asked = 0;
        var isCut = false;
        ProtocolViolation? violation = null;
        try
        {
            while (!isCut && _reader.TryRead(ref input, out var frame))
            {
                frames.Add(frame!);
                asked += frame is Request or UnknownFrame ? 1 : 0;
                isCut = frames.Count >= received.Requests || received.Bytes.Length - input.Length >= received.Size;
            }
        }
        catch (ProtocolViolation e)
        {
            violation = e;
        }
        Keep(isCut ? 0 : input.Length, isAnother: frames.Count > 0);
        violation ??= frames.Count == 0 && IsTooLate ? TooLate() : null;
        var found = frames.Count > 0 || violation is not null ? new ClientInput.Frames(connection.Inputs, frames, violation) : null;
        return new Parsed(found, asked, input.Start, _kept) { IsCut = isCut, IsBroken = violation is not null };
    }

    /// <summary>The deadline begins anew: while the server did not read, the client could not send the rest.</summary>
    public void ReadingResumed() => BeginWait();

    public void Begin()
    {
    }

    public void Send(Frame frame)
    {
        if (frame is LoggedIn)
        {
            _reader.MaxFrame = services.Limits.Frame;
            connection.Slot?.LogIn();
        }
        services.Encoder.Clear();
        services.Encoder.Write(frame);
        connection.Output.Add(services.Encoder.ToArray());
        if (frame is Reply or Error { Id: not null })
            connection.Replied();
    }

    public void Send(Segment segment, int index, int count) => connection.Output.Add(segment.Slice(index, count));

    /// <summary>Notes how many bytes there are of a frame whose rest is awaited.</summary>
    private void Keep(long bytes, bool isAnother)
    {
        if (isAnother || _kept == 0)
            BeginWait();
        else
            CountWait();
        _kept = bytes;
    }

    private void BeginWait() => (_awaited, _counted) = (TimeSpan.Zero, services.Time.GetTimestamp());

    /// <summary>A late look counts as one interval: the server stood still, and could not receive the rest meanwhile.</summary>
    private void CountWait()
    {
        var now = services.Time.GetTimestamp();
        var passed = services.Time.GetElapsedTime(_counted, now);
        _awaited += passed < Interval ? passed : Interval;
        _counted = now;
    }

    private ProtocolViolation TooLate() => new(
        ErrorCode.FrameTimeout, "frame", 0, $"a frame has not ended within {FrameTimeout.TotalSeconds:0.#} s", (ulong)FrameTimeout.TotalMilliseconds);
}
