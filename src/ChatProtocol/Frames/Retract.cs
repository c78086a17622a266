using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: take a message back, with all of its edits. Answered by <see cref="Posted"/> once it is durable (CP-AMD-005).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The message's seq.</param>
public sealed record Retract(ulong Id, ulong Room, ulong Seq) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 3;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [3, id, room, seq]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Seq);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Retract(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("seq"));
}
