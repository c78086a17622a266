using System.Globalization;
using Wcwidth;

namespace ChatProtocol.Tools;

/// <summary>
/// The width of a text in terminal columns, by grapheme clusters and the width table of terminals: two for CJK and emoji,
/// none for marks. Texts have to be made <see cref="Escaped"/> first; control characters have no width here.
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

    /// <summary>The longest beginning that fits, cut between clusters; an ellipsis marks the cut.</summary>
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

        // In a cluster with a wide character the others add no width: a Hangul syllable of several letters is one glyph. In
        // other clusters the characters stand side by side, such as a Thai consonant and its vowel sign AM, or the consonants
        // of an Indic conjunct.
        var (sum, widest) = (0, 0);
        foreach (var rune in cluster.EnumerateRunes())
        {
            var columns = Math.Max(0, UnicodeCalculator.GetWidth(rune));
            (sum, widest) = (sum + columns, Math.Max(widest, columns));
        }
        return widest == 2 ? 2 : sum;
    }

    /// <summary>The longest beginning that fits, cut between clusters.</summary>
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

    // Emoji without a wide character in them: keycaps (1️⃣), signs made emoji by a selector (❤️), and flags, which are pairs of letters.
    private static bool IsEmojiSequence(ReadOnlySpan<char> cluster) =>
        cluster.Contains(Keycap)
        || (cluster.Contains(EmojiPresentation) && cluster[0] > '\x7f')
        || (cluster.Length == 4 && IsRegionalLetter(cluster[..2]) && IsRegionalLetter(cluster[2..]));

    private static bool IsRegionalLetter(ReadOnlySpan<char> pair) => pair[0] == '\ud83c' && pair[1] is >= '\udde6' and <= '\uddff';
}
