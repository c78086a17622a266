using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the principal of this session was made a member of a room by invitation (CP-ROL-022).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Name">The room's title.</param>
/// <param name="By">The name of the principal that did so.</param>
public sealed record Invited(ulong Room, string Name, string By) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 111;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [111, room, name, by]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Room);
        writer.Write(Name);
        writer.Write(By);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Invited(
        reader.UInt("room"),
        reader.String("name", Names.MaxLength),
        reader.String("by", Names.MaxLength));
}
