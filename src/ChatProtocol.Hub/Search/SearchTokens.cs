using System.Globalization;
using System.Text;

namespace ChatProtocol.Hub;

/// <summary>
/// The tokens by which an index finds an entry: letters and digits alone, so that no index takes them apart again. Words stand as they are, runs of
/// Han and the like as their characters and as each two neighbours. Where an entry was said, by whom, and of which kind it is, are tokens that begin with
/// private characters, which no folded text has.
/// </summary>
public static class SearchTokens
{
    /// <summary>Of the tokens and of all that they follow from: an index that was made by another version finds other entries.</summary>
    public const int Version = 1;

    private const char RoomMark = '\uE000';
    private const char AuthorMark = '\uE001';
    private const char KindMark = '\uE002';

    /// <summary>The tokens of an entry, each once, in one string with spaces between; null if nothing finds it. The same for the same entry, always.</summary>
    /// <param name="entry">The entry.</param>
    public static string? Of(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var text = SearchedText.Of(entry);
        var tokens = new HashSet<string>();
        if (text.Length > 0)
            AddAll(FoldedText.Of(text.Utf8.Span).Text, tokens);
        if (tokens.Count == 0)
            return null;
        tokens.Add(OfRoom(entry.Room));
        tokens.Add(OfAuthor(entry.Name));
        if (entry is not Message)
            tokens.Add(OfKind(entry.Code));
        return string.Join(' ', tokens);
    }

    /// <summary>The token of all entries of a room.</summary>
    public static string OfRoom(ulong room) => string.Create(CultureInfo.InvariantCulture, $"{RoomMark}{room:x}");

    /// <summary>The token of all entries by a name; a few others may have it.</summary>
    public static string OfAuthor(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var hash = 14695981039346656037UL;
        foreach (var unit in Encoding.UTF8.GetBytes(CanonicalName.Of(name)))
            hash = (hash ^ unit) * 1099511628211UL;
        return string.Create(CultureInfo.InvariantCulture, $"{AuthorMark}{hash:x}");
    }

    /// <summary>The token of all entries of a kind other than messages.</summary>
    public static string OfKind(int code) => string.Create(CultureInfo.InvariantCulture, $"{KindMark}{code:x}");

    /// <summary>The word as the index has it.</summary>
    internal static string OfWord(ReadOnlySpan<char> word)
    {
        var (end, left) = (0, SearchWords.MaxLength);
        foreach (var rune in word.EnumerateRunes())
        {
            if (left-- == 0)
                break;
            end += rune.Utf16SequenceLength;
        }
        return word[..end].ToString();
    }

    /// <summary>The pairs of neighbours in a run of at least two characters.</summary>
    internal static IEnumerable<string> PairsOf(string text, SearchWord run)
    {
        for (var at = run.Start; at < run.End;)
        {
            var length = SearchWords.RuneAt(text, at).Utf16SequenceLength;
            var next = at + length;
            if (next < run.End)
                yield return text.Substring(at, length + SearchWords.RuneAt(text, next).Utf16SequenceLength);
            at = next;
        }
    }

    private static void AddAll(string folded, HashSet<string> tokens)
    {
        foreach (var word in SearchWords.Of(folded))
            if (word.Kind == SearchWordKind.Run)
            {
                foreach (var rune in folded.AsSpan(word.Start, word.Length).EnumerateRunes())
                    tokens.Add(rune.ToString());
                foreach (var pair in PairsOf(folded, word))
                    tokens.Add(pair);
            }
            else
            {
                tokens.Add(OfWord(folded.AsSpan(word.Start, word.Length)));
            }
    }
}
