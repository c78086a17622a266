namespace ChatProtocol.Server;

/// <summary>A segment's entries as lines of plain text: made once, and sent as it is to every plain text client. Immutable.</summary>
/// <param name="text">The lines of all entries.</param>
/// <param name="offsets">Entry i has the bytes from offset i up to offset i + 1.</param>
/// <param name="authors">The author of each entry.</param>
internal sealed class RenderedLegacySegment(LegacyText text, int[] offsets, ulong[] authors)
{
    /// <summary>Sends some of the entries, except those of the author <paramref name="passedOver"/>, who has seen them already.</summary>
    public void SendTo(LegacyOutput output, int index, int count, ulong? passedOver)
    {
        var end = index + count;
        while (index < end)
        {
            var first = index;
            while (index < end && authors[index] != passedOver)
                index++;
            // What changes others may show nothing.
            if (offsets[index] > offsets[first])
                output.Write(text, offsets[first], offsets[index] - offsets[first]);
            else if (index == first)
                index++;
        }
    }
}
