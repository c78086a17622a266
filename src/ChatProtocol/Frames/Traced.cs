using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: a frame of the session that is traced, or the end of that session (CP-ADM-051).</summary>
/// <param name="Session">The session's number.</param>
/// <param name="Direction">Whether its client sent the frame or was sent it.</param>
/// <param name="Time">When, in milliseconds since 1970 UTC.</param>
/// <param name="TracedCode">The frame's code; 0 for none, as the session has ended.</param>
/// <param name="Size">The bytes of the frame in its shortest form, with the length before it; 0 where that is not known.</param>
/// <param name="Payload">The frame's payload, with nil for what is hidden; null where it is not known or does not fit.</param>
/// <param name="Skipped">How many frames before this one were not told, as the admin did not take them fast enough.</param>
public sealed record Traced(ulong Session, Direction Direction, ulong Time, int TracedCode, ulong Size, ReadOnlyMemory<byte>? Payload, ulong Skipped) : Frame, IKnownFrame
{
    /// <summary>No payload is longer: the ceiling of the limit <c>frame</c>.</summary>
    private const int MaxPayload = 16_777_215;

    /// <inheritdoc/>
    public static int FrameCode => 109;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [109, session, direction, time, code, size, frame?, skipped?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 7);
        writer.Write(Session);
        writer.Write((uint)Direction);
        writer.Write(Time);
        writer.Write(TracedCode);
        writer.Write(Size);
        writer.WriteOptional(Payload);
        writer.Write(Skipped);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Traced(
        reader.UInt("session"),
        (Direction)reader.UInt31("direction"),
        reader.UInt("time"),
        reader.UInt31("code"),
        reader.UInt("size"),
        reader.OptionalBinary("frame", MaxPayload),
        reader.OptionalUInt("skipped") ?? 0);
}
