using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: this session is a member of the room no more, as its principal was banned from the room or removed (CP-ROL-021).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Reason">Why, for those that it concerns; may be empty.</param>
public sealed record Expelled(ulong Room, string Reason) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 107;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [107, room, reason?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Room);
        writer.WriteWords(Reason, Ban.MaxReason);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Expelled(
        reader.UInt("room"),
        reader.OptionalString("reason", Ban.MaxReason) ?? "");
}
