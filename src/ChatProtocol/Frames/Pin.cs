using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: pin a message to its room, or unpin it. Answered by <see cref="Posted"/> once it is durable (CP-AMD-015).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The message's seq.</param>
/// <param name="On">Whether the message is pinned from then on.</param>
public sealed record Pin(ulong Id, ulong Room, ulong Seq, bool On = true) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 7;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [7, id, room, seq, on?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(On);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Pin(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.OptionalBool("on", absent: true));
}
