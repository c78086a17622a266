using System.Globalization;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// How many columns a text takes on a terminal, counted by grapheme cluster: CJK and emoji two, marks none.
/// Texts are to be made <see cref="Safe"/> first; control characters count as nothing here.
/// </summary>
internal static class DisplayWidth
{
    private const char EmojiPresentation = '\ufe0f', Keycap = '\u20e3';

    public static int Of(ReadOnlySpan<char> text)
    {
        if (IsPlain(text))
            return text.Length;

        var columns = 0;
        for (; !text.IsEmpty; text = text[ClusterLength(text)..])
            columns += OfCluster(text[..ClusterLength(text)]);
        return columns;
    }

    /// <summary>The longest beginning, cut between clusters, that fits; what was cut off is marked by an ellipsis.</summary>
    public static string Truncate(string text, int columns)
    {
        if (Of(text) <= columns)
            return text;
        return columns < 1 ? "" : $"{Beginning(text, columns - 1)}…";
    }

    public static string PadRight(string text, int columns) => text + new string(' ', Math.Max(0, columns - Of(text)));

    /// <summary>The number of UTF-16 units of the text's first grapheme cluster.</summary>
    public static int ClusterLength(ReadOnlySpan<char> text) => StringInfo.GetNextTextElementLength(text);

    public static int OfCluster(ReadOnlySpan<char> cluster)
    {
        if (IsEmojiSequence(cluster))
            return 2;

        // The widest one decides: a Hangul syllable of several letters, or an emoji of several people, is one glyph.
        var columns = 0;
        foreach (var rune in cluster.EnumerateRunes())
            columns = Math.Max(columns, OfRune(rune));
        return columns;
    }

    /// <summary>The longest beginning, cut between clusters, that fits.</summary>
    public static ReadOnlySpan<char> Beginning(ReadOnlySpan<char> text, int columns)
    {
        var end = 0;
        while (end < text.Length)
        {
            var length = ClusterLength(text[end..]);
            columns -= OfCluster(text.Slice(end, length));
            if (columns < 0)
                break;
            end += length;
        }
        return text[..end];
    }

    private static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    // Neither has a wide character in it: keycaps (1️⃣), signs made emoji by a selector (❤️), and flags, pairs of letters.
    private static bool IsEmojiSequence(ReadOnlySpan<char> cluster) =>
        cluster.Contains(Keycap)
        || (cluster.Contains(EmojiPresentation) && cluster[0] > '\x7f')
        || (cluster.Length == 4 && IsRegionalLetter(cluster[..2]) && IsRegionalLetter(cluster[2..]));

    private static bool IsRegionalLetter(ReadOnlySpan<char> pair) => pair[0] == '\ud83c' && pair[1] is >= '\udde6' and <= '\uddff';

    private static int OfRune(Rune rune)
    {
        if (IsInvisible(rune))
            return 0;
        return WideCharacters.Contains(rune) ? 2 : 1;
    }

    // Hangul's vowels and final consonants join the leading one's two columns.
    private static bool IsInvisible(Rune rune) =>
        rune.Value is (>= 0x1160 and <= 0x11ff) or (>= 0xd7b0 and <= 0xd7ff)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.Control;
}
