namespace ChatProtocol.Hub;

/// <summary>
/// What is searched for: the parts between spaces, a part in quotation marks as a whole; nothing else is special (CP-SEA-003). Immutable; any
/// thread.
/// </summary>
public sealed class SearchQuery
{
    /// <summary>The most bytes of a query.</summary>
    public const int MaxLength = 1024;

    /// <summary>The most marks of an entry (CP-SEA-012).</summary>
    public const int MaxMarks = 12;

    /// <summary>The most tokens that the index is asked for. The text is compared with all of the query.</summary>
    private const int MaxTokens = 32;

    private readonly List<SearchPart> _parts;

    private SearchQuery(List<SearchPart> parts)
    {
        _parts = parts;
        Tokens = [.. parts.SelectMany(part => part.Tokens).Distinct().Take(MaxTokens)];
    }

    /// <summary>Tokens that every entry has that is found; at least one.</summary>
    public IReadOnlyList<SearchToken> Tokens { get; }

    /// <summary>Reads a query; null if it has nothing that can be found.</summary>
    /// <param name="text">The query as typed.</param>
    public static SearchQuery? Parse(Text text)
    {
        var folded = FoldedText.Of(text.Utf8.Span).Text;
        var query = new SearchQuery([.. PartsOf(folded)]);
        return query.Tokens.Count > 0 ? query : null;
    }

    /// <summary>The places of all parts in an entry's text, in their order; null if it does not contain each of them.</summary>
    /// <param name="text">The text.</param>
    public IReadOnlyList<TextMark>? FindIn(Text text)
    {
        if (text.Length == 0)
            return null;
        var folded = FoldedText.Of(text.Utf8.Span, hasPlaces: true);
        var marks = new List<TextMark>();
        foreach (var part in _parts)
            if (!part.TryFind(folded, marks, MaxMarks))
                return null;
        return Merge(marks);
    }

    /// <summary>A quotation mark at the beginning of a part quotes up to the next one; any other is text.</summary>
    private static IEnumerable<SearchPart> PartsOf(string folded)
    {
        for (var at = 0; at < folded.Length;)
        {
            if (folded[at] == ' ')
            {
                at++;
                continue;
            }
            var quote = folded[at] == '"' ? folded.IndexOf('"', at + 1) : -1;
            var (start, end) = quote > 0 ? (at + 1, quote) : (at, folded.IndexOf(' ', at) is >= 0 and var space ? space : folded.Length);
            at = quote > 0 ? quote + 1 : end;
            var part = folded[start..end].Trim(' ');
            if (part.Length > 0)
                yield return new SearchPart(part, isQuoted: quote > 0);
        }
    }

    /// <summary>Marks that touch are one.</summary>
    private static List<TextMark> Merge(List<TextMark> marks)
    {
        var merged = new List<TextMark>();
        foreach (var mark in marks.OrderBy(mark => mark.Start))
            if (merged is [.., var last] && mark.Start <= last.Start + last.Length)
                merged[^1] = last with { Length = Math.Max(last.Length, mark.Start + mark.Length - last.Start) };
            else
                merged.Add(mark);
        return merged;
    }
}
