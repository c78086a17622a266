using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: a room that this session had joined was removed (CP-ROM-020).</summary>
/// <param name="Room">The room's id, which is never given to another room.</param>
public sealed record RoomRemoved(ulong Room) : Frame
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.RoomRemoved;

    // [105, room]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Room);
    }

    internal static RoomRemoved Read(ref FieldReader reader) => new(reader.UInt("room"));
}
