using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Finds one's own name among what others say.</summary>
internal static class Mentions
{
    /// <summary>
    /// Where the name stands as a word, whatever its case. Scripts that are written without blanks have no words to be seen,
    /// so a name in one of them may have anything of its own kind beside it.
    /// </summary>
    public static List<(int Start, int End)> Find(string text, string name)
    {
        var found = new List<(int, int)>();
        for (var at = 0; (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += name.Length)
            if (!AreOneWord(Before(text, at), First(name)) && !AreOneWord(Last(name), Behind(text, at + name.Length)))
                found.Add((at, at + name.Length));
        return found;
    }

    private static bool AreOneWord(Rune left, Rune right) =>
        IsOfWord(left) && IsOfWord(right) && !IsWrittenWithoutBlanks(left) && !IsWrittenWithoutBlanks(right);

    // A hyphen too: ann-2 is somebody else than ann.
    private static bool IsOfWord(Rune rune) => rune.Value is '_' or '-' || Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.SpacingCombiningMark;

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
