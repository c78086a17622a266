using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the reactions to a message, with those that reacted. Answered by <see cref="ReactionList"/> (CP-AMD-014).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The message's seq.</param>
/// <param name="After">Only principals above this id.</param>
public sealed record Reactions(ulong Id, ulong Room, ulong Seq, ulong After = 0) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 13;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [13, id, room, seq, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Reactions(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.OptionalUInt("after") ?? 0);
}
