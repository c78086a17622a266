using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Reactions"/>: reactions by ascending principal, those of one together.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Reactions">The reactions of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last principal.</param>
public sealed record ReactionList(ulong Id, IReadOnlyList<ReactionListItem> Reactions, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 117;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [117, id, [[principal, name, reaction]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Reactions.Count);
        foreach (var reaction in Reactions)
        {
            writer.WriteArrayHeader(3);
            writer.Write(reaction.Principal);
            writer.Write(reaction.Name);
            writer.Write(reaction.Reaction);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new ReactionList(
        reader.UInt("id"),
        reader.List("reactions", ReactionListItem.Read),
        reader.Bool("more"));
}

/// <summary>A reaction of a principal.</summary>
/// <param name="Principal">The principal.</param>
/// <param name="Name">Its name when it reacted.</param>
/// <param name="Reaction">The reaction.</param>
public readonly record struct ReactionListItem(ulong Principal, string Name, string Reaction)
{
    internal static ReactionListItem Read(ref FieldReader reader) => new(
        reader.UInt("principal"),
        reader.String("name", Names.MaxLength),
        reader.String("reaction", React.MaxReaction));
}
