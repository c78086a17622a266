using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From an admin: erase an entry's text for good. Answered by <see cref="Ok"/> once no file of the server holds it any more
/// (CP-ADM-012).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's seq.</param>
public sealed record Erase(ulong Id, ulong Room, ulong Seq) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 48;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [48, id, room, seq]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Seq);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Erase(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("seq"));
}
