using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the text of an entry was erased, in a room that this session has joined (CP-MSG-010).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's seq; the session need not have received the entry.</param>
public sealed record Erased(ulong Room, ulong Seq) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 75;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [75, room, seq]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Room);
        writer.Write(Seq);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Erased(
        reader.UInt("room"),
        reader.UInt("seq"));
}
