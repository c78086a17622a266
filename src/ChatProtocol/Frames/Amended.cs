using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, behind the entries and gaps of a page: a message of the page as it is by now (CP-AMD-020).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The message's seq.</param>
/// <param name="Through">The seq of the last entry that is contained in this: amendments up to it change nothing any more.</param>
/// <param name="Text">The message's text by now; null if it was not edited.</param>
/// <param name="Edited">When it was last edited, in milliseconds since 1970 UTC; null if it was not.</param>
/// <param name="Pinned">Whether it is pinned.</param>
/// <param name="Reactions">Its reactions, in the order in which each was first set.</param>
public sealed record Amended(ulong Room, ulong Seq, ulong Through, Text? Text, ulong? Edited, bool Pinned, IReadOnlyList<ReactionTally> Reactions) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 113;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Amended {{ Room = {Room}, Seq = {Seq}, Through = {Through}, Text = {Text?.Length} bytes, Edited = {Edited}, Pinned = {Pinned} }}";

    // [113, room, seq, through, text?, edited?, pinned?, [[reaction, count, own]…]]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 7);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Through);
        writer.WriteOptional(Text);
        writer.WriteOptional(Edited);
        writer.Write(Pinned);
        writer.WriteArrayHeader(Reactions.Count);
        foreach (var reaction in Reactions)
        {
            writer.WriteArrayHeader(3);
            writer.Write(reaction.Reaction);
            writer.Write(reaction.Count);
            writer.Write(reaction.Own);
        }
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Amended(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("through"),
        reader.OptionalText("text"),
        reader.OptionalUInt("edited"),
        reader.OptionalBool("pinned"),
        reader.List("reactions", ReactionTally.Read));
}

/// <summary>A reaction to a message, as one principal sees it.</summary>
/// <param name="Reaction">The reaction.</param>
/// <param name="Count">How many principals react so.</param>
/// <param name="Own">Whether the principal that is told does.</param>
public readonly record struct ReactionTally(string Reaction, ulong Count, bool Own)
{
    internal static ReactionTally Read(ref FieldReader reader) => new(
        reader.String("reaction", React.MaxReaction),
        reader.UInt("count"),
        reader.Bool("own"));
}
