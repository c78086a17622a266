using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: reactions to a message were set or taken off, an entry of the room's log (CP-AMD-010).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC.</param>
/// <param name="From">The author's principal.</param>
/// <param name="Name">The author's name at that time.</param>
/// <param name="Target">The message's seq.</param>
/// <param name="Reactions">Each reaction that has changed, with its new count.</param>
/// <param name="Changes">The changes, in their order.</param>
public sealed record Reacted(ulong Room, ulong Seq, ulong Time, ulong From, string Name, ulong Target, IReadOnlyList<ReactionCount> Reactions, IReadOnlyList<ReactionChange> Changes) : Entry(Room, Seq, Time, From, Name), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 135;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <inheritdoc/>
    public override Message? ToMessage() => null;

    /// <inheritdoc/>
    public override Reacted WithoutText() => this;

    // [135, room, seq, time, from, name, target, [[reaction, count]…], [[principal, name, reaction, on]…]]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 8);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Time);
        writer.Write(From);
        writer.Write(Name);
        writer.Write(Target);
        writer.WriteArrayHeader(Reactions.Count);
        foreach (var reaction in Reactions)
        {
            writer.WriteArrayHeader(2);
            writer.Write(reaction.Reaction);
            writer.Write(reaction.Count);
        }
        writer.WriteArrayHeader(Changes.Count);
        foreach (var change in Changes)
        {
            writer.WriteArrayHeader(4);
            writer.Write(change.Principal);
            writer.Write(change.Name);
            writer.Write(change.Reaction);
            writer.Write(change.On);
        }
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Reacted(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.Name("name"),
        reader.UInt("target"),
        reader.List("reactions", ReactionCount.Read),
        reader.List("changes", ReactionChange.Read));
}

/// <summary>A reaction to a message, with how many principals react so.</summary>
/// <param name="Reaction">The reaction.</param>
/// <param name="Count">How many; 0 if nobody does any more.</param>
public readonly record struct ReactionCount(string Reaction, ulong Count)
{
    internal static ReactionCount Read(ref FieldReader reader) => new(
        reader.String("reaction", React.MaxReaction),
        reader.UInt("count"));
}

/// <summary>A reaction that a principal has set or taken off.</summary>
/// <param name="Principal">The principal.</param>
/// <param name="Name">Its name at that time.</param>
/// <param name="Reaction">The reaction.</param>
/// <param name="On">Whether it reacts so from then on.</param>
public readonly record struct ReactionChange(ulong Principal, string Name, string Reaction, bool On)
{
    internal static ReactionChange Read(ref FieldReader reader) => new(
        reader.UInt("principal"),
        reader.String("name", Names.MaxLength),
        reader.String("reaction", React.MaxReaction),
        reader.Bool("on"));
}
