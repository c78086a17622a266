using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: set a reaction to a message, or take it off. Answered by <see cref="Posted"/> once it is durable (CP-AMD-010).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The message's seq.</param>
/// <param name="Reaction">The reaction, as an emoji or a word: 1 to 64 bytes without white space and control characters.</param>
/// <param name="On">Whether the asker reacts so from then on.</param>
public sealed record React(ulong Id, ulong Room, ulong Seq, string Reaction, bool On = true) : Request(Id), IKnownFrame
{
    /// <summary>The most bytes of a reaction.</summary>
    public const int MaxReaction = 64;

    /// <inheritdoc/>
    public static int FrameCode => 5;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [5, id, room, seq, reaction, on?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Reaction);
        writer.Write(On);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new React(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.String("reaction", React.MaxReaction),
        reader.OptionalBool("on", absent: true));
}
