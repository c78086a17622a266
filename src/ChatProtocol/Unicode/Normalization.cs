using System.Text;

namespace ChatProtocol;

/// <summary>
/// Unicode's normal forms (UAX 15), and the mapping by which names are folded. Half a surrogate pair is read as U+FFFD, so
/// every string has every form.
/// </summary>
internal static class Normalization
{
    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11172;
    private const int LeadFirst = 0x1100;
    private const int LeadCount = 19;
    private const int VowelFirst = 0x1161;
    private const int VowelCount = 21;
    private const int TrailBefore = 0x11A7;
    private const int TrailCount = 28;

    /// <summary>Form NFC: composed.</summary>
    public static string Nfc(string text) => Ascii.IsValid(text) ? text : ToString(Composed(Decomposed(text, compatible: false)));

    /// <summary>Form NFD: decomposed.</summary>
    public static string Nfd(string text) => IsDecomposed(text) ? text : ToString(Decomposed(text, compatible: false));

    /// <summary>
    /// Form NFKC: composed, with compatibility characters (full width, circled, raised) replaced by the letters they stand
    /// for.
    /// </summary>
    public static string Nfkc(string text) => Ascii.IsValid(text) ? text : ToString(Composed(Decomposed(text, compatible: true)));

    /// <summary>Maps each character by itself.</summary>
    public static string Map(string text, Func<int, int> map)
    {
        if (!Changes(text, map))
            return text;
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            mapped.Append(new Rune(map(rune.Value)));
        return mapped.ToString();
    }

    private static bool Changes(string text, Func<int, int> map)
    {
        foreach (var rune in text.EnumerateRunes())
            if (map(rune.Value) != rune.Value)
                return true;
        return false;
    }

    /// <summary>Whether a text is decomposed already, as most are: no character has a decomposition, and no marks could be reordered.</summary>
    private static bool IsDecomposed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value is >= HangulFirst and < HangulFirst + HangulCount or 0xFFFD
                || Characters.CombiningOf(rune.Value) > 0
                || !Characters.DecompositionOf(rune.Value, compatible: false).IsEmpty)
                return false;
        return true;
    }

    private static List<int> Decomposed(string text, bool compatible)
    {
        var characters = new List<int>(text.Length * 2);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, compatible, characters);
        Order(characters);
        return characters;
    }

    private static void Decompose(int character, bool compatible, List<int> to)
    {
        if (character is >= HangulFirst and < HangulFirst + HangulCount)
        {
            DecomposeHangul(character - HangulFirst, to);
            return;
        }
        var step = Characters.DecompositionOf(character, compatible);
        if (step.IsEmpty)
        {
            to.Add(character);
            return;
        }
        foreach (var rune in step.EnumerateRunes())
            Decompose(rune.Value, compatible, to);
    }

    private static void DecomposeHangul(int syllable, List<int> to)
    {
        to.Add(LeadFirst + syllable / (VowelCount * TrailCount));
        to.Add(VowelFirst + syllable % (VowelCount * TrailCount) / TrailCount);
        if (syllable % TrailCount > 0)
            to.Add(TrailBefore + syllable % TrailCount);
    }

    /// <summary>Sorts each run of marks by class, stably: marks of the same class keep their order.</summary>
    private static void Order(List<int> characters)
    {
        for (var start = 0; start < characters.Count; start++)
        {
            var end = start;
            while (end < characters.Count && Characters.CombiningOf(characters[end]) > 0)
                end++;
            if (end - start > 1)
            {
                // List.Sort is not stable, OrderBy is.
                var marks = characters[start..end].OrderBy(Characters.CombiningOf).ToList();
                characters.RemoveRange(start, marks.Count);
                characters.InsertRange(start, marks);
            }
            start = end;
        }
    }

    private static List<int> Composed(List<int> characters)
    {
        var composed = new List<int>(characters.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var character in characters)
        {
            var combining = Characters.CombiningOf(character);
            // A mark is blocked from its starter by a mark of the same class, or a character of class 0, between them.
            var isNext = starter >= 0 && (starter == composed.Count - 1 || (lastClass > 0 && lastClass < combining));
            if (isNext && Compose(composed[starter], character) is { } one)
            {
                composed[starter] = one;
                continue;
            }
            if (combining == 0)
                starter = composed.Count;
            lastClass = combining;
            composed.Add(character);
        }
        return composed;
    }

    private static int? Compose(int first, int second)
    {
        var syllable = first - HangulFirst;
        if (first - LeadFirst is >= 0 and < LeadCount and var lead && second - VowelFirst is >= 0 and < VowelCount and var vowel)
            return HangulFirst + (lead * VowelCount + vowel) * TrailCount;
        if (syllable is >= 0 and < HangulCount && syllable % TrailCount == 0 && second - TrailBefore is > 0 and < TrailCount and var trail)
            return first + trail;
        return Characters.Compose(first, second);
    }

    private static string ToString(List<int> characters)
    {
        var text = new StringBuilder(characters.Count);
        foreach (var character in characters)
            text.Append(new Rune(character));
        return text.ToString();
    }
}
