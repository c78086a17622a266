using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: tell the moderators of the server about an entry. Answered by <see cref="Ok"/> (CP-REP-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's seq.</param>
/// <param name="Reason">Why; may be empty.</param>
public sealed record Report(ulong Id, ulong Room, ulong Seq, string Reason) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 252;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [252, id, room, seq, reason?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Seq);
        writer.WriteWords(Reason, Ban.MaxReason);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Report(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.OptionalString("reason", Ban.MaxReason) ?? "");
}
