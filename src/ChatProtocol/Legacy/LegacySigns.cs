using System.Text.RegularExpressions;

namespace ChatProtocol;

/// <summary>
/// Percent signs that are not the separator of a private message but may be meant as one: of another width, with other
/// characters between them, or too few (CP-LEG-060, CP-LEG-061).
/// </summary>
internal static partial class LegacySigns
{
    /// <summary>The longest addressee looked for, in characters: longer than any name, address or pair.</summary>
    private const int MaxTarget = 128;

    /// <summary>The most parts taken as addressees; any further part is text.</summary>
    private const int MaxTargets = 16;

    private const string AllSigns = "%％﹪٪";

    private const int Separates = 3;

    /// <summary>
    /// Whether a run of signs is as long as a separator, and so hardly means anything else. A run of plain signs is no
    /// look-alike: it is parsed as a separator.
    /// </summary>
    public static bool LookLikeSeparator(string text)
    {
        foreach (var run in Runs.EnumerateMatches(text))
            if (SignsIn(text.AsSpan(run.Index, run.Length)) >= Separates && !IsPlain(text.AsSpan(run.Index, run.Length)))
                return true;
        return false;
    }

    /// <summary>The parts of a text that would name the addressee if its signs were meant as a separator; empty for most texts.</summary>
    public static IReadOnlyList<string> Targets(string text)
    {
        if (text.AsSpan().IndexOfAny(AllSigns) < 0)
            return [];
        var targets = new List<string>();
        var begin = 0;
        var isFirst = true;
        foreach (var run in Runs.EnumerateMatches(text))
        {
            // A single sign is common in ordinary text, but hardly behind a name at the beginning of the text.
            if (SignsIn(text.AsSpan(run.Index, run.Length)) == 1)
            {
                if (isFirst)
                    AddTarget(text[..run.Index], targets, mayBeNumber: false);
            }
            else
            {
                AddTarget(text[begin..run.Index], targets, mayBeNumber: true);
                begin = run.Index + run.Length;
            }
            isFirst = false;
        }
        if (begin > 0)
            AddTarget(text[begin..], targets, mayBeNumber: true);
        return targets;
    }

    private static void AddTarget(string part, List<string> targets, bool mayBeNumber)
    {
        var target = part.Trim();
        if (target.Length is > 0 and <= MaxTarget && targets.Count < MaxTargets && (mayBeNumber || !target.All(char.IsDigit)))
            targets.Add(target);
    }

    private static int SignsIn(ReadOnlySpan<char> run)
    {
        var signs = 0;
        foreach (var character in run)
            signs += AllSigns.Contains(character, StringComparison.Ordinal) ? 1 : 0;
        return signs;
    }

    private static bool IsPlain(ReadOnlySpan<char> run) => run.IndexOfAnyExcept('%') < 0;

    // Between the signs: white space, invisible characters and bytes that were no character.
    [GeneratedRegex(@"[%％﹪٪]([\s\p{Cf}\uFFFD]*[%％﹪٪])*")]
    private static partial Regex Runs { get; }
}
