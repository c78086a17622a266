namespace ChatProtocol.Hub;

/// <summary>A part of a query, which an entry's text has to contain (CP-SEA-004).</summary>
internal sealed class SearchPart
{
    /// <summary>Shorter words are found whole only.</summary>
    private const int ShortestBeginning = 3;

    private readonly string _text;
    private readonly bool _beginsWord;
    private readonly bool _endsWord;

    /// <param name="folded">The folded words; not empty.</param>
    /// <param name="isQuoted">Whether its last word is to be found whole.</param>
    public SearchPart(string folded, bool isQuoted)
    {
        _text = folded;
        List<SearchWord> words = [.. SearchWords.Of(folded)];
        _beginsWord = words is [{ Start: 0, Kind: SearchWordKind.Word }, ..];
        var endsInWord = words is [.., { Kind: SearchWordKind.Word } last] && last.End == folded.Length;
        // A number that goes on is another number.
        _endsWord = endsInWord && (isQuoted || !char.IsLetter(folded[^1]) && !char.IsSurrogate(folded[^1]) || words[^1].Length < ShortestBeginning);
        Tokens = [.. words.SelectMany(word => TokensOf(word, isBeginning: endsInWord && !_endsWord && word == words[^1])).Distinct()];
    }

    /// <summary>The tokens of every text that contains the part.</summary>
    public IReadOnlyList<SearchToken> Tokens { get; }

    /// <summary>Adds the places of the part in a text; false if there is none.</summary>
    public bool TryFind(FoldedText text, List<TextMark> marks, int most)
    {
        var isFound = false;
        for (var at = text.Text.IndexOf(_text, StringComparison.Ordinal); at >= 0; at = text.Text.IndexOf(_text, at + 1, StringComparison.Ordinal))
        {
            if (!Fits(text.Text, at))
                continue;
            isFound = true;
            if (marks.Count >= most)
                break;
            marks.Add(text.PlaceOf(at, _text.Length));
        }
        return isFound;
    }

    private bool Fits(string text, int at)
    {
        var end = at + _text.Length;
        return !(_beginsWord && at > 0 && SearchWords.IsOfWord(text, at - 1))
            && !(_endsWord && end < text.Length && SearchWords.IsOfWord(text, end));
    }

    private IEnumerable<SearchToken> TokensOf(SearchWord word, bool isBeginning)
    {
        var text = _text.AsSpan(word.Start, word.Length);
        if (word.Kind != SearchWordKind.Run)
        {
            var token = SearchTokens.OfWord(text);
            return [new SearchToken(token, isBeginning && token.Length == word.Length)];
        }
        var isAlone = SearchWords.RuneAt(_text, word.Start).Utf16SequenceLength == word.Length;
        return isAlone ? [new SearchToken(text.ToString(), IsBeginning: false)] : SearchTokens.PairsOf(_text, word).Select(pair => new SearchToken(pair, IsBeginning: false));
    }
}

/// <summary>A token that an entry has to have in order to be found.</summary>
/// <param name="Text">The token.</param>
/// <param name="IsBeginning">Whether a token that begins with it will do.</param>
public readonly record struct SearchToken(string Text, bool IsBeginning);
