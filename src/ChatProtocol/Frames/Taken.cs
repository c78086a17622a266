using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: how many bytes of a room's entries it has taken. The frame has no id and no reply (CP-DEL-033).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Bytes">Bytes of the room's entries taken since the join, in total, each frame with its length.</param>
public sealed record Taken(ulong Room, ulong Bytes) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 53;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [53, room, bytes]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Room);
        writer.Write(Bytes);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Taken(
        reader.UInt("room"),
        reader.UInt("bytes"));
}
