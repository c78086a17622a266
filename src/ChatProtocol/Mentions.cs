using System.Globalization;
using System.Text;

namespace ChatProtocol;

/// <summary>Finds a user's name in the texts of others. Thread-safe.</summary>
public static class Mentions
{
    /// <summary>
    /// The places where the name stands as a word in any spelling, compared as names are (CP-NAM-004). Scripts written without
    /// blanks have no visible words, so a name in such a script may have characters of the same script beside it. It takes time linear in
    /// the text.
    /// </summary>
    /// <param name="text">The text of a message.</param>
    /// <param name="name">The name, as the server shows it.</param>
    /// <returns>For each place the index of its first UTF-16 unit and the one behind its last.</returns>
    public static IReadOnlyList<(int Start, int End)> Find(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
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
    /// The canonical form of the text, made grapheme cluster by grapheme cluster, and the place in the text of each of its UTF-16
    /// units: -1 within a cluster, where no name can begin or end.
    /// </summary>
    private static (string Canonical, List<int> Places) Canonical(string text)
    {
        var canonical = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        for (var (at, length) = (0, 0); at < text.Length; at += length)
        {
            length = LengthOfCharacter(text, at);
            // A cluster longer than a name is in no name; it is not normalised, since its length is not bounded.
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

    // A hyphen belongs to the word: ann-2 is another user than ann.
    private static bool IsOfWord(Rune rune) => rune.Value is '_' or '-' || Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Thai to Burmese, Khmer, kana, Han; and Hangul, since Korean particles follow a name without a blank.
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
