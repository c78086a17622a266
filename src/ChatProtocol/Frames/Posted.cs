using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Post"/>: the entry is durable (CP-DEL-001).</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Seq">The entry's number in the room; null for a duplicate whose entry the server no longer remembers.</param>
/// <param name="Time">When the entry was appended, in milliseconds since 1970 UTC; null if the seq is.</param>
public sealed record Posted(ulong Id, ulong? Seq, ulong? Time) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 74;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [74, id, seq?, time?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteOptional(Seq);
        writer.WriteOptional(Time);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Posted(
        reader.UInt("id"),
        reader.OptionalUInt("seq"),
        reader.OptionalUInt("time"));
}
