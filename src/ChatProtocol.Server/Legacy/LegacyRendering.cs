using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A segment's entries as lines of plain text: made once, and sent as it is to every plain text client. Immutable.</summary>
internal sealed class LegacyRendering
{
    private readonly LegacyText _text;

    // Entry i has the bytes from offset i up to offset i + 1, and author i.
    private readonly int[] _offsets;
    private readonly ulong[] _authors;

    private LegacyRendering(LegacyText text, int[] offsets, ulong[] authors)
    {
        _text = text;
        _offsets = offsets;
        _authors = authors;
    }

    /// <summary>Renders some entries of a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="index">The first entry.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="charset">The character encoding of the text.</param>
    /// <param name="mark">The text before each entry.</param>
    /// <param name="erased">The text in the place of one that was erased.</param>
    public static LegacyRendering Of(Segment segment, int index, int count, LegacyCharset charset, string mark, string erased)
    {
        var builder = new LegacyTextBuilder(charset);
        var offsets = new int[count + 1];
        var authors = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            var frame = new ReadOnlySequence<byte>(segment.Slice(index + i, 1)[FrameBuffer.LengthSize..]);
            var entry = (Entry)FrameCodec.Decode(frame, Direction.ToClient);
            // CP-NAM-019: the server's messages begin like its notices, and no name can begin so.
            if (entry.ToMessage() is { } message)
                builder.AppendEntry(PrincipalIds.IsServers(message.From) ? LegacyWords.Notice + mark : mark, message.Name, message.IsErased ? erased : message.Text.ToString());
            authors[i] = entry.From;
            offsets[i + 1] = builder.Length;
        }
        return new LegacyRendering(builder.Build(), offsets, authors);
    }

    /// <summary>Sends some of the entries, except those of the author <paramref name="passedOver"/>, who has seen them already.</summary>
    public void SendTo(LegacyProtocol client, int index, int count, ulong? passedOver)
    {
        var end = index + count;
        while (index < end)
        {
            var first = index;
            while (index < end && _authors[index] != passedOver)
                index++;
            if (index > first)
                client.Write(_text, _offsets[first], _offsets[index] - _offsets[first]);
            else
                index++;
        }
    }
}
