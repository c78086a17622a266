using System.Buffers;
using MessagePack;

namespace ChatProtocol;

/// <summary>Turns payloads (one MessagePack array each) into frames and back. Thread-safe.</summary>
public static class FrameCodec
{
    /// <summary>Encodes a frame with its length before it.</summary>
    public static byte[] Encode(Frame frame)
    {
        var buffer = new FrameBuffer();
        buffer.Write(frame);
        return buffer.ToArray();
    }

    /// <summary>Decodes one payload, strictly.</summary>
    /// <param name="payload">All the bytes behind the length. The frame keeps no reference to them.</param>
    /// <param name="direction">The direction of the frame.</param>
    /// <exception cref="ProtocolViolation">The bytes break the spec; no other exception is thrown.</exception>
    public static Frame Decode(in ReadOnlySequence<byte> payload, Direction direction) => Decode(payload, direction, names: null);

    /// <summary>Decodes one payload of a connection.</summary>
    internal static Frame Decode(in ReadOnlySequence<byte> payload, Direction direction, NameCache? names)
    {
        var reader = new FieldReader(payload, names);
        try
        {
            var code = reader.Begin();
            var frame = FrameTable.Find(code, direction) is { } read ? read(ref reader) : ReadUnknown(code, direction, ref reader);
            reader.End();
            return frame;
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException)
        {
            throw reader.Violation(e is EndOfStreamException ? "the frame ends in the middle of a value" : "no MessagePack");
        }
    }

    /// <summary>An entry of any kind is read as one (CP-MSG-014); another frame of an unknown odd code is ignored or refused, of an even one a violation (CP-ENC-009).</summary>
    private static Frame ReadUnknown(int code, Direction direction, ref FieldReader reader)
    {
        if (direction == Direction.ToClient && Entry.IsEntryCode(code))
            return UnknownEntry.Read(code, ref reader);
        if (code % 2 == 0)
            throw reader.Violation($"code {code} is unknown in this direction", ErrorCode.UnknownCode);
        return direction == Direction.ToServer
            ? new UnknownFrame(code, reader.UInt("id"))
            : new UnknownFrame(code, null);
    }
}
