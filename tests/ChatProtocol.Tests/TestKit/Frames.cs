using System.Buffers;

namespace ChatProtocol.Tests;

/// <summary>Frames as they travel, so that tests deal in legal ones only.</summary>
internal static class Frames
{
    public static Frame Travel(Frame frame, Direction direction) => Decode(FrameCodec.Encode(frame), direction).Single();

    public static IEnumerable<Frame> Decode(ReadOnlyMemory<byte> bytes, Direction direction = Direction.ToClient)
    {
        var reader = new FrameReader(direction) { MaxFrame = Limits.Default.Frame };
        var rest = new ReadOnlySequence<byte>(bytes);
        var frames = new List<Frame>();
        while (reader.TryRead(ref rest, out var frame))
            frames.Add(frame!);
        return rest.IsEmpty ? frames : throw new InvalidOperationException("The bytes do not end with a frame.");
    }
}
