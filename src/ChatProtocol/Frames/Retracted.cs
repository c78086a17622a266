using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: a message was taken back, an entry of the room's log (CP-AMD-005).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC.</param>
/// <param name="From">The author's principal.</param>
/// <param name="Name">The author's name at that time.</param>
/// <param name="Target">The message's seq.</param>
public sealed record Retracted(ulong Room, ulong Seq, ulong Time, ulong From, string Name, ulong Target) : Entry(Room, Seq, Time, From, Name), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 133;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <inheritdoc/>
    public override Message? ToMessage() => null;

    /// <inheritdoc/>
    public override Retracted WithoutText() => this;

    // [133, room, seq, time, from, name, target]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 6);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Time);
        writer.Write(From);
        writer.Write(Name);
        writer.Write(Target);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Retracted(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.Name("name"),
        reader.UInt("target"));
}
