using System.Text.RegularExpressions;

namespace ChatProtocol;

/// <summary>
/// Percent signs that may be meant for the separator of a private message although they are not: of another width, with
/// something between them, too few (CP-LEG-060, CP-LEG-061).
/// </summary>
internal static partial class LegacySigns
{
    /// <summary>More than a name, an address or a pair ever takes.</summary>
    private const int MaxTarget = 128;

    /// <summary>Of more parts the rest is text.</summary>
    private const int MaxTargets = 16;

    private const string AllSigns = "%％﹪٪";

    private const int Separates = 3;

    /// <summary>Whether so many stand together that they can hardly mean anything else. Three plain ones in a row are what they are.</summary>
    public static bool LookLikeSeparator(string text)
    {
        foreach (var run in Runs.EnumerateMatches(text))
            if (SignsIn(text.AsSpan(run.Index, run.Length)) >= Separates && !IsPlain(text.AsSpan(run.Index, run.Length)))
                return true;
        return false;
    }

    /// <summary>The parts of a text that would name whom it is for, if the signs in it were meant for a separator; most texts have none.</summary>
    public static IReadOnlyList<string> Targets(string text)
    {
        if (text.AsSpan().IndexOfAny(AllSigns) < 0)
            return [];
        var targets = new List<string>();
        var begin = 0;
        var isFirst = true;
        foreach (var run in Runs.EnumerateMatches(text))
        {
            // One alone is common in ordinary text, but hardly behind the name that a text begins with.
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

    // Between them blanks, what is not seen, and what was no character.
    [GeneratedRegex(@"[%％﹪٪]([\s\p{Cf}\uFFFD]*[%％﹪٪])*")]
    private static partial Regex Runs { get; }
}
