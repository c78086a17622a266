using System.Text;

namespace ChatProtocol.Client;

/// <summary>An entry that a search has found. Immutable.</summary>
public sealed record SearchHit
{
    /// <summary>The entry as it stands in its room, which <see cref="ChatEntry.RoomId"/> names.</summary>
    public required ChatEntry Entry { get; init; }

    /// <summary>The text in which the words were found: a message's, or that of an entry of another kind.</summary>
    public string Text { get; init; } = "";

    /// <summary>Where the words stand in <see cref="Text"/>, by ascending place and without two that overlap.</summary>
    public IReadOnlyList<SearchMark> Marks { get; init; } = [];

    internal static SearchHit Of(ChatEntry entry, IEnumerable<FoundMark> marks)
    {
        var text = entry switch
        {
            ChatMessage message => message.Text,
            ChatRoomChange change => change.Text,
            ChatRoleChange change => change.Text,
            UnknownChatEntry unknown => unknown.Text,
            _ => default,
        };
        return new SearchHit { Entry = entry, Text = text.ToString(), Marks = [.. marks.Where(mark => (long)mark.Start + mark.Length <= text.Length).Select(mark => InUnits(text.Utf8.Span, mark))] };
    }

    /// <summary>The wire counts bytes of UTF-8, and .NET the units of UTF-16.</summary>
    private static SearchMark InUnits(ReadOnlySpan<byte> text, FoundMark mark) =>
        new() { Start = Encoding.UTF8.GetCharCount(text[..mark.Start]), Length = Encoding.UTF8.GetCharCount(text.Slice(mark.Start, mark.Length)) };
}

/// <summary>A place in the text of a <see cref="SearchHit"/>.</summary>
public readonly record struct SearchMark
{
    /// <summary>The first unit of UTF-16.</summary>
    public int Start { get; init; }

    /// <summary>How many units; at least one.</summary>
    public int Length { get; init; }
}
