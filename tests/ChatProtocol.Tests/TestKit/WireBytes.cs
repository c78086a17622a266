using System.Buffers;
using MessagePack;

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

    /// <summary>An entry of a kind that no version knows; with a text if its code is even, and an item behind that only its kind could read.</summary>
    public static byte[] UnknownEntry(int code, ulong seq, string text = "a poll", ulong room = 5)
    {
        var payload = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(payload);
        writer.WriteArrayHeader(Entry.IsSaidCode(code) ? 8 : 7);
        writer.Write(code);
        foreach (var number in (ulong[])[room, seq, 1000 + seq, 9])
            writer.Write(number);
        writer.Write("bob");
        if (Entry.IsSaidCode(code))
            writer.Write(text);
        writer.Write(42);
        writer.Flush();
        return Framed(payload.WrittenSpan);
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
