using System.Globalization;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Finds one's own name among what others say.</summary>
internal static class Mentions
{
    /// <summary>
    /// Where the name stands as a word, however it is written: as names are compared (CP-NAM-004). Scripts that are written without blanks have no words to be seen,
    /// so a name in one of them may have anything of its own kind beside it.
    /// </summary>
    public static List<(int Start, int End)> Find(string text, string name)
    {
        var found = new List<(int, int)>();
        var wanted = CanonicalName.Of(name);
        var (canonical, places) = Canonical(text);
        for (var at = 0; (at = canonical.IndexOf(wanted, at, StringComparison.Ordinal)) >= 0; at += wanted.Length)
            if ((places[at], places[at + wanted.Length]) is ( >= 0 and var start, >= 0 and var end)
                && !AreOneWord(Before(text, start), First(name)) && !AreOneWord(Last(name), Behind(text, end)))
                found.Add((start, end));
        return found;
    }

    /// <summary>
    /// The text as names are compared, character by character as a reader counts them, and the place in the text of each
    /// part of it: -1 within a character, where no name can begin or end.
    /// </summary>
    private static (string Canonical, List<int> Places) Canonical(string text)
    {
        var canonical = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        for (var (at, length) = (0, 0); at < text.Length; at += length)
        {
            length = LengthOfCharacter(text, at);
            // One with more marks than a name can have is none of a name's, and is as long as its writer likes.
            var character = length > Names.MaxLength ? text.Substring(at, length) : CanonicalName.Of(text.Substring(at, length));
            canonical.Append(character);
            places.Add(at);
            places.AddRange(Enumerable.Repeat(-1, character.Length - 1));
        }
        places.Add(text.Length);
        return (canonical.ToString(), places);
    }

    private static int LengthOfCharacter(string text, int at) =>
        char.IsAscii(text[at]) && (at + 1 == text.Length || char.IsAscii(text[at + 1])) ? 1 : StringInfo.GetNextTextElementLength(text, at);

    private static bool AreOneWord(Rune left, Rune right) =>
        IsOfWord(left) && IsOfWord(right) && !IsWrittenWithoutBlanks(left) && !IsWrittenWithoutBlanks(right);

    // A hyphen too: ann-2 is somebody else than ann.
    private static bool IsOfWord(Rune rune) => rune.Value is '_' or '-' || Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Thai to Burmese, Khmer, kana, Han, and Hangul, whose particles stand right behind a name.
    private static bool IsWrittenWithoutBlanks(Rune rune) => rune.Value is (>= 0xe00 and <= 0xeff) or (>= 0x1000 and <= 0x109f)
        or (>= 0x1100 and <= 0x11ff) or (>= 0x1780 and <= 0x17ff) or (>= 0x2e80 and <= 0x9fff) or (>= 0xac00 and <= 0xd7ff)
        or (>= 0xf900 and <= 0xfaff) or (>= 0x20000 and <= 0x3ffff);

    private static Rune First(string text) => Behind(text, 0);

    private static Rune Last(string text) => Before(text, text.Length);

    private static Rune Before(string text, int at)
    {
        _ = Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var rune, out _);
        return at == 0 ? default : rune;
    }

    private static Rune Behind(string text, int at)
    {
        _ = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _);
        return at == text.Length ? default : rune;
    }
}
