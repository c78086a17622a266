using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A connection that speaks frames.</summary>
internal sealed class NativeConnection : Connection
{
    /// <summary>How often within its time a half frame is looked at; and its time is the shorter by so much when there is no room for it.</summary>
    private const int Looks = 10;

    private readonly FrameReader _reader = new(Direction.ToServer);

    // Of a half frame: its bytes so far, and when it began. The timer is there once there was one to wait for.
    private long _kept;
    private long _begun;
    private ITimer? _deadline;

    public NativeConnection(Accepted accepted, string transport, ServerParts parts)
        : base(accepted, transport, parts)
    {
    }

    public override bool IsAdmin => Transport == "admin";

    public override void Send(Frame frame)
    {
        if (frame is LoggedIn)
        {
            _reader.MaxFrame = Parts.Limits.Frame;
            Place?.LogIn();
        }
        Parts.Encoder.Clear();
        Parts.Encoder.Write(frame);
        Outbox.Add(Parts.Encoder.ToArray());
        if (frame is Reply or Error { Id: not null })
            Replied();
    }

    public override void Send(Segment segment, int index, int count) => Outbox.Add(segment.Slice(index, count));

    protected override async Task ReadAsync()
    {
        try
        {
            await ReadToEndAsync().ConfigureAwait(false);
        }
        finally
        {
            Keep(0);
            _deadline?.Dispose();
        }
    }

    private async Task ReadToEndAsync()
    {
        while (!IsClosed)
        {
            if (InFlight >= Parts.Limits.InFlight || BytesInFlight >= Parts.Budget.InputOfOne)
            {
                await UntilInFlightAsync(Parts.Limits.InFlight / 2, Parts.Budget.InputOfOne / 2).ConfigureAwait(false);
                // Nobody sends the rest to one who does not read.
                _begun = Parts.Time.GetTimestamp();
            }
            if (IsTooLate)
            {
                TellTooLate();
                return;
            }
            var reading = Input.ReadAsync();
            if (_kept > 0 && !reading.IsCompleted)
                WakeAtDeadline();
            var read = await reading.ConfigureAwait(false);
            if (read.IsCanceled)
            {
                // Closed, or too late, or a timer that came too late itself: what was there before is there still.
                Input.AdvanceTo(read.Buffer.Start, _kept > 0 ? read.Buffer.End : read.Buffer.Start);
                continue;
            }
            var found = Decode(read.Buffer, out var rest, out var isCut);
            Keep(isCut ? 0 : read.Buffer.Slice(rest).Length, isAnother: found.Read.Count > 0);
            Input.AdvanceTo(rest, isCut ? rest : read.Buffer.End);
            if (found.Read.Count > 0 || found.Violation is not null)
                Submit(found);
            if (found.Violation is not null)
                return;
            if (read.IsCompleted && !isCut)
            {
                // Who ends sending may still be reading: every request gets its reply (CP-TRA-005).
                await UntilInFlightAsync(0).ConfigureAwait(false);
                return;
            }
        }
    }

    /// <summary>A frame that has begun has to end in time, or it would hold memory for as long as its sender likes (CP-TRA-012).</summary>
    private bool IsTooLate => _kept > 0 && Parts.Time.GetElapsedTime(_begun) >= FrameTimeout;

    /// <summary>While all together hold too much there is less patience with those who do not end what they began.</summary>
    private TimeSpan FrameTimeout => _kept > Parts.Budget.InputOfOne ? Parts.FrameTimeout / Looks : Parts.FrameTimeout;

    /// <summary>So many bytes of a frame are there whose rest is awaited.</summary>
    private void Keep(long bytes, bool isAnother = false)
    {
        if (isAnother || _kept == 0)
            _begun = Parts.Time.GetTimestamp();
        Parts.Budget.Hold(bytes - _kept);
        _kept = bytes;
    }

    private void WakeAtDeadline()
    {
        _deadline ??= Parts.Time.CreateTimer(_ => Input.CancelPendingRead(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var left = Parts.FrameTimeout - Parts.Time.GetElapsedTime(_begun);
        var next = Parts.FrameTimeout / Looks;
        _deadline.Change(left <= TimeSpan.Zero ? TimeSpan.Zero : left < next ? left : next, Timeout.InfiniteTimeSpan);
    }

    private void TellTooLate() => Parts.Loop.Submit(new ClientInput.Frames(this, [], new ProtocolViolation(
        ErrorCode.FrameTimeout, "frame", 0, $"a frame has not ended within {FrameTimeout.TotalSeconds:0.#} s", (ulong)FrameTimeout.TotalMilliseconds)));

    /// <summary>Decodes what came, up to the requests that may still be in flight; the one place that catches a violation.</summary>
    private ClientInput.Frames Decode(ReadOnlySequence<byte> input, out SequencePosition rest, out bool isCut)
    {
        var frames = new List<Frame>();
        var asked = 0;
        ProtocolViolation? violation = null;
        var room = Math.Max(1, Parts.Limits.InFlight - InFlight);
        var length = input.Length;
        var roomBytes = Parts.Budget.InputOfOne - BytesInFlight;
        isCut = false;
        try
        {
            while (!isCut && _reader.TryRead(ref input, out var frame))
            {
                frames.Add(frame!);
                asked += frame is Request or UnknownFrame ? 1 : 0;
                isCut = frames.Count >= room || length - input.Length >= roomBytes;
            }
        }
        catch (ProtocolViolation e)
        {
            violation = e;
        }
        Asked(asked, length - input.Length);
        rest = input.Start;
        return new ClientInput.Frames(this, frames, violation);
    }
}
