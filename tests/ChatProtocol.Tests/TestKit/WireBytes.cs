using System.Buffers;

namespace ChatProtocol.Tests;

/// <summary>Bytes as they come from a socket: in pieces.</summary>
internal static class WireBytes
{
    /// <summary>The payload with its length before it.</summary>
    public static byte[] Framed(ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameBuffer.LengthSize + payload.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length);
        payload.CopyTo(frame.AsSpan(FrameBuffer.LengthSize));
        return frame;
    }

    public static ReadOnlySpan<byte> Payload(byte[] frame) => frame.AsSpan(FrameBuffer.LengthSize);

    /// <summary>One sequence of the pieces that the bytes fall into when they are cut at these places.</summary>
    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, params IEnumerable<int> cuts)
    {
        var first = new Piece(default, 0);
        var last = first;
        var start = 0;
        foreach (var cut in cuts.Order().Append(bytes.Length))
        {
            last = last.Append(bytes[start..cut]);
            start = cut;
        }
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>The first frame of the bytes, or null.</summary>
    public static Frame? ReadOne(ReadOnlySequence<byte> stream, Direction direction, int maxFrame = Limits.FrameBeforeLogin) =>
        new FrameReader(direction) { MaxFrame = maxFrame }.TryRead(ref stream, out var frame) ? frame : null;

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
