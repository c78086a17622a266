using System.Buffers;

namespace ChatProtocol.Simulation;

/// <summary>Runs frames through the real codec: the length of a frame, and the frame as decoded.</summary>
internal sealed class Encoder
{
    private readonly FrameBuffer _buffer = new(4096);
    private readonly FrameBuffer _again = new(4096);

    public int Measure(Frame frame)
    {
        _buffer.Clear();
        _buffer.Write(frame);
        return _buffer.Length;
    }

    /// <summary>The frame as the other side decodes it, which must equal the original.</summary>
    public Frame ThroughTheCodec(Frame frame, Direction direction)
    {
        Measure(frame);
        var stream = new ReadOnlySequence<byte>(_buffer.Written);
        var reader = new FrameReader(direction) { MaxFrame = Limits.Default.Frame };
        if (!reader.TryRead(ref stream, out var read) || !stream.IsEmpty)
            throw new Violation(Checker.Protocol, $"{frame} is no whole frame once it is encoded");
        _again.Clear();
        _again.Write(read!);
        return _again.Written.Span.SequenceEqual(_buffer.Written.Span) ? read!
            : throw new Violation(Checker.Protocol, $"{frame} becomes {read} on the way");
    }
}
