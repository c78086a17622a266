using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Pins"/> or <see cref="ThreadMessages"/>: messages by ascending seq.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Seqs">The messages of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last seq.</param>
public sealed record SeqList(ulong Id, IReadOnlyList<SeqListItem> Seqs, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 115;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [115, id, [[seq]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Seqs.Count);
        foreach (var item in Seqs)
        {
            writer.WriteArrayHeader(1);
            writer.Write(item.Seq);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new SeqList(
        reader.UInt("id"),
        reader.List("seqs", SeqListItem.Read),
        reader.Bool("more"));
}

/// <summary>A message of a list.</summary>
/// <param name="Seq">The message's seq.</param>
public readonly record struct SeqListItem(ulong Seq)
{
    internal static SeqListItem Read(ref FieldReader reader) => new(
        reader.UInt("seq"));
}
