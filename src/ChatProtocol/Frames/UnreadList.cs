using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Unread"/>: rooms with what is unread there, by ascending id.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The rooms of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last room.</param>
public sealed record UnreadList(ulong Id, IReadOnlyList<UnreadListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 123;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [123, id, [[room, seq, unread, exact, head]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(5);
            writer.Write(item.Room);
            writer.Write(item.Seq);
            writer.Write(item.Unread);
            writer.Write(item.Exact);
            writer.Write(item.Head);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new UnreadList(
        reader.UInt("id"),
        reader.List("rooms", UnreadListItem.Read),
        reader.Bool("more"));
}

/// <summary>A room with what is unread there.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The marker: the seq of the last entry that was read; 0 for none.</param>
/// <param name="Unread">How many entries above the marker, up to <paramref name="Head"/>, are said, by others, and not erased (CP-MRK-003).</param>
/// <param name="Exact">Whether that is the number; otherwise it is at most so many, as some were not looked at (CP-MRK-004).</param>
/// <param name="Head">The last entry that was counted, or could have been.</param>
public readonly record struct UnreadListItem(ulong Room, ulong Seq, ulong Unread, bool Exact, ulong Head)
{
    internal static UnreadListItem Read(ref FieldReader reader) => new(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("unread"),
        reader.Bool("exact"),
        reader.UInt("head"));
}
