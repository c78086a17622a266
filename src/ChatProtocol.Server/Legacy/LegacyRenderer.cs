using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Renders entries as lines of plain text. Clients with an equal renderer share what it makes.</summary>
/// <param name="Charset">The character encoding of the text.</param>
/// <param name="Language">The language of the server's own words in it.</param>
/// <param name="Lobby">The one room whose entries have no mark; all others that a text client is in are private.</param>
internal sealed record LegacyRenderer(LegacyCharset Charset, LegacyLanguage Language, ulong Lobby) : IRenderer<RenderedLegacySegment>
{
    public RenderedLegacySegment Render(Segment segment) => Render(segment, 0, segment.Count);

    /// <summary>Renders some entries of a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="index">The first entry.</param>
    /// <param name="count">How many entries.</param>
    public RenderedLegacySegment Render(Segment segment, int index, int count)
    {
        var words = LegacyWords.In(Language);
        var mark = segment.Room == Lobby ? "" : words.PrivateMark;
        var builder = new LegacyTextBuilder(Charset);
        var offsets = new int[count + 1];
        var authors = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            var frame = new ReadOnlySequence<byte>(segment.Slice(index + i, 1)[FrameBuffer.LengthSize..]);
            var entry = (Entry)FrameCodec.Decode(frame, Direction.ToClient);
            Append(builder, entry, mark, words);
            authors[i] = entry.From;
            offsets[i + 1] = builder.Length;
        }
        return new RenderedLegacySegment(builder.Build(), offsets, authors);
    }

    private void Append(LegacyTextBuilder builder, Entry entry, string mark, LegacyWords words)
    {
        if (entry is Message { Action: true, IsErased: false } action)
            builder.AppendAction(mark, action.Name, action.Text.ToString());
        else if (entry is Edited { Text.Length: > 0 } edited)
            builder.AppendEntry(mark, edited.Name, $"{words.Edited} {edited.Text}");
        else if (entry is Retracted retracted)
            builder.AppendEntry(LegacyWords.Notice + mark, Names.Server, words.DescribeRetraction(retracted));
        // CP-NAM-019: the server's messages begin like its notices, and no name can begin so.
        else if (entry.ToMessage() is { } message)
            builder.AppendEntry(
                PrincipalIds.IsServers(message.From) ? LegacyWords.Notice + mark : mark, message.Name,
                message.IsErased ? words.Erased : LegacyChanges.Describe(entry, Language) ?? message.Text.ToString());
    }
}
