using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list a room's pinned messages. Answered by <see cref="SeqList"/> (CP-AMD-017).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
public sealed record Pins(ulong Id, ulong Room) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 9;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [9, id, room]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Room);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Pins(
        reader.UInt("id"),
        reader.UInt("room"));
}
