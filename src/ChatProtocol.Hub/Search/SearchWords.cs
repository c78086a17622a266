using System.Text;

namespace ChatProtocol.Hub;

/// <summary>How a search takes a folded text apart (CP-SEA-006).</summary>
internal static class SearchWords
{
    /// <summary>The most characters of a word that the index knows; longer ones are cut there.</summary>
    public const int MaxLength = 64;

    /// <summary>
    /// The parts of a folded text that can be found: words, runs of writing without spaces, and symbols one by one. What lies between is passed
    /// over.
    /// </summary>
    public static IEnumerable<SearchWord> Of(string folded)
    {
        var (start, kind) = (0, SearchWordKind.None);
        for (var at = 0; at < folded.Length;)
        {
            var rune = RuneAt(folded, at);
            var next = KindOf(rune.Value, kind);
            if (kind != SearchWordKind.None && (next != kind || next == SearchWordKind.Symbol))
                yield return new SearchWord(start, at - start, kind);
            if (next != kind || next == SearchWordKind.Symbol)
                (start, kind) = (at, next);
            at += rune.Utf16SequenceLength;
        }
        if (kind != SearchWordKind.None)
            yield return new SearchWord(start, folded.Length - start, kind);
    }

    /// <summary>Whether a character of a folded text belongs to a word; a mark does if the character before it does.</summary>
    public static bool IsOfWord(string folded, int at)
    {
        while (at > 0 && (char.IsLowSurrogate(folded[at]) || Characters.ClassOf(RuneAt(folded, at).Value) == CharacterClass.Mark))
            at--;
        return KindOf(RuneAt(folded, at).Value, SearchWordKind.None) == SearchWordKind.Word;
    }

    public static Rune RuneAt(string text, int at) => Rune.TryGetRuneAt(text, at, out var rune) ? rune : Rune.ReplacementChar;

    private static SearchWordKind KindOf(int character, SearchWordKind before) => Characters.ClassOf(character) switch
    {
        CharacterClass.Letter or CharacterClass.Number => IsOfRuns(character) ? SearchWordKind.Run : SearchWordKind.Word,
        CharacterClass.Mark => IsOfRuns(character) ? SearchWordKind.Run : before == SearchWordKind.Symbol ? SearchWordKind.None : before,
        CharacterClass.Symbol => SearchWordKind.Symbol,
        // Newer than the tables: Han, or most likely an emoji.
        CharacterClass.Unassigned => IsOfRuns(character) ? SearchWordKind.Run : SearchWordKind.Symbol,
        _ => SearchWordKind.None,
    };

    /// <summary>Whether a letter or mark is of a script that is written without spaces, or in which words are bound together: Thai and Lao, Burmese, Khmer, Hangul, kana and Han.</summary>
    private static bool IsOfRuns(int character) => character is
        >= 0xE01 and <= 0xE4E or >= 0xE81 and <= 0xECE or >= 0xEDC and <= 0xEDF or >= 0x1000 and <= 0x103F or >= 0x104E and <= 0x109F or >= 0x1100 and <= 0x11FF
        or >= 0x1780 and <= 0x17DD or >= 0x2E80 and <= 0x2FDF or >= 0x3005 and <= 0x3007 or >= 0x3021 and <= 0x30FF or >= 0x3105 and <= 0x318F
        or >= 0x31A0 and <= 0x31FF or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xA960 and <= 0xA97C or >= 0xA9E0 and <= 0xA9FE
        or >= 0xAA60 and <= 0xAA7F or >= 0xAC00 and <= 0xD7FB or >= 0xF900 and <= 0xFAFF or >= 0x1AFF0 and <= 0x1B16F or >= 0x20000 and <= 0x3FFFF;
}

/// <summary>A part of a folded text.</summary>
/// <param name="Start">Its first UTF-16 unit.</param>
/// <param name="Length">Its units.</param>
/// <param name="Kind">Its kind.</param>
internal readonly record struct SearchWord(int Start, int Length, SearchWordKind Kind)
{
    public int End => Start + Length;
}

/// <summary>How a part of a text is found.</summary>
internal enum SearchWordKind
{
    /// <summary>Not at all by itself: spaces, punctuation.</summary>
    None,

    /// <summary>As a word, from its beginning on.</summary>
    Word,

    /// <summary>By any part of it.</summary>
    Run,

    /// <summary>By itself: emoji and other pictures.</summary>
    Symbol,
}
