using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: a room that this session had joined was removed (CP-ROM-020).</summary>
/// <param name="Room">The room's id, which is never given to another room.</param>
public sealed record RoomRemoved(ulong Room) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 105;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [105, room]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Room);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RoomRemoved(reader.UInt("room"));
}
