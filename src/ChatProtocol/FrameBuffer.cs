using System.Buffers;
using System.Buffers.Binary;
using MessagePack;

namespace ChatProtocol;

/// <summary>
/// A growing array of encoded frames, one behind the other, each with its length before it. Not thread-safe.
/// </summary>
public sealed class FrameBuffer : IBufferWriter<byte>
{
    /// <summary>Bytes of the length that stands before each payload (CP-TRA-002).</summary>
    public const int LengthSize = 4;

    private byte[] _array;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">The initial size in bytes; the buffer doubles as needed.</param>
    public FrameBuffer(int capacity = 256) => _array = new byte[capacity];

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written so far. Valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>Appends one frame with its length.</summary>
    public void Write(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var start = BeginFrame();
        var writer = new MessagePackWriter(this);
        frame.Write(ref writer);
        writer.Flush();
        EndFrame(start);
    }

    /// <summary>Discards the bytes and keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>The written bytes in an array of their own.</summary>
    public byte[] ToArray() => _array.AsSpan(0, Length).ToArray();

    internal int BeginFrame()
    {
        var start = Length;
        GetSpan(LengthSize);
        Length += LengthSize;
        return start;
    }

    internal void EndFrame(int start) =>
        BinaryPrimitives.WriteInt32BigEndian(_array.AsSpan(start), Length - start - LengthSize);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Length);
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(Length);
    }

    private void Reserve(int size)
    {
        var needed = Length + Math.Max(size, 1);
        if (needed > _array.Length)
            Array.Resize(ref _array, Math.Max(needed, 2 * _array.Length));
    }
}
