using System.Buffers;

namespace ChatProtocol;

/// <summary>
/// Finds whole frames in a stream and decodes them: a big-endian length of four bytes, then that many bytes of payload
/// (CP-TRA-002). It keeps no bytes: an incomplete frame stays in the caller's buffer. Not thread-safe.
/// </summary>
public sealed class FrameReader
{
    private readonly Direction _direction;
    private readonly NameCache? _names;

    /// <summary>Makes a reader for one direction of one connection.</summary>
    /// <param name="direction">The direction of the frames.</param>
    public FrameReader(Direction direction)
    {
        _direction = direction;
        // Only a client is told of authors.
        _names = direction == Direction.ToClient ? new NameCache() : null;
    }

    /// <summary>The longest payload accepted, in bytes; <see cref="Limits.FrameBeforeLogin"/> by default.</summary>
    public int MaxFrame { get; set; } = Limits.FrameBeforeLogin;

    /// <summary>Reads the next frame off the front. False if no whole frame has arrived yet.</summary>
    /// <param name="stream">The bytes received; moved past the frame on success.</param>
    /// <param name="frame">The frame; an odd code that is unknown gives <see cref="UnknownFrame"/>.</param>
    /// <exception cref="ProtocolViolation">The bytes break the spec: close the connection.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> stream, out Frame? frame)
    {
        frame = null;
        if (!TryReadLength(stream, out var length))
            return false;
        if (stream.Length - FrameBuffer.LengthSize < length)
            return false;
        var end = stream.GetPosition(FrameBuffer.LengthSize + length);
        frame = FrameCodec.Decode(stream.Slice(stream.GetPosition(FrameBuffer.LengthSize), end), _direction, _names);
        stream = stream.Slice(end);
        return true;
    }

    private bool TryReadLength(in ReadOnlySequence<byte> stream, out int length)
    {
        length = 0;
        var bytes = new SequenceReader<byte>(stream);
        if (!bytes.TryReadBigEndian(out int told))
            return false;
        // Checked before the payload arrives, so that no peer makes this side hold more than the limit (CP-TRA-003).
        if (told is 0)
            throw new ProtocolViolation(ErrorCode.Malformed, "frame", 0, "a frame cannot be empty");
        if ((uint)told > (uint)MaxFrame)
            throw new ProtocolViolation(ErrorCode.FrameTooLong, "frame", 0, $"a frame of {(uint)told} bytes is longer than the limit of {MaxFrame}", (ulong)MaxFrame);
        length = told;
        return true;
    }
}
