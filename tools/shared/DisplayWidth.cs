using System.Globalization;
using Wcwidth;

namespace ChatProtocol.Tools;

/// <summary>
/// How many columns a text takes on a terminal, by grapheme clusters and the table that terminals go by: CJK and emoji
/// two, marks none.
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

        // A wide one takes what joins it along: a Hangul syllable of several letters is one glyph. Others stand side by side,
        // as a consonant of Thai and its vowel sign AM, or the consonants of an Indic conjunct.
        var (sum, widest) = (0, 0);
        foreach (var rune in cluster.EnumerateRunes())
        {
            var columns = Math.Max(0, UnicodeCalculator.GetWidth(rune));
            (sum, widest) = (sum + columns, Math.Max(widest, columns));
        }
        return widest == 2 ? 2 : sum;
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
}
