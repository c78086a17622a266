using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: moves its principal's read marker in a room up to an entry. Answered by <see cref="Marked"/> (CP-MRK-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The last entry that was read; one below the marker changes nothing, and so 0 asks for it.</param>
public sealed record MarkRead(ulong Id, ulong Room, ulong Seq) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 17;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [17, id, room, seq]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Seq);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new MarkRead(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("seq"));
}
