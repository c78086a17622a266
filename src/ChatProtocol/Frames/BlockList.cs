using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Blocks"/>: the principals that the client blocks, by ascending id.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The principals of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last principal.</param>
public sealed record BlockList(ulong Id, IReadOnlyList<BlockListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 94;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [94, id, [[principal, name]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(2);
            writer.Write(item.Principal);
            writer.Write(item.Name);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new BlockList(
        reader.UInt("id"),
        reader.List("blocked", BlockListItem.Read),
        reader.Bool("more"));
}

/// <summary>One blocked principal.</summary>
/// <param name="Principal">The principal's id, whatever its name.</param>
/// <param name="Name">The principal's name, or its last name if it is gone.</param>
public readonly record struct BlockListItem(ulong Principal, string Name)
{
    internal static BlockListItem Read(ref FieldReader reader) => new(
        reader.UInt("principal"),
        reader.String("name", Names.MaxLength));
}
