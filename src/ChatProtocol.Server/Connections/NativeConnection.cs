using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A connection that speaks frames.</summary>
internal sealed class NativeConnection : Connection
{
    private readonly FrameReader _reader = new(Direction.ToServer);

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
        while (!IsClosed)
        {
            if (InFlight >= Parts.Limits.InFlight)
                await UntilInFlightAsync(Parts.Limits.InFlight / 2).ConfigureAwait(false);
            var read = await Input.ReadAsync().ConfigureAwait(false);
            if (read.IsCanceled)
                return;
            var found = Decode(read.Buffer, out var rest, out var isCut);
            Input.AdvanceTo(rest, isCut ? rest : read.Buffer.End);
            if (found.Read.Count > 0 || found.Violation is not null)
                Parts.Loop.Submit(found);
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

    /// <summary>Decodes what came, up to the requests that may still be in flight; the one place that catches a violation.</summary>
    private ClientInput.Frames Decode(ReadOnlySequence<byte> input, out SequencePosition rest, out bool isCut)
    {
        var frames = new List<Frame>();
        var asked = 0;
        ProtocolViolation? violation = null;
        var room = Math.Max(1, Parts.Limits.InFlight - InFlight);
        isCut = false;
        try
        {
            while (!isCut && _reader.TryRead(ref input, out var frame))
            {
                frames.Add(frame!);
                asked += frame is Request or UnknownFrame ? 1 : 0;
                isCut = frames.Count >= room;
            }
        }
        catch (ProtocolViolation e)
        {
            violation = e;
        }
        Asked(asked);
        rest = input.Start;
        return new ClientInput.Frames(this, frames, violation);
    }
}
