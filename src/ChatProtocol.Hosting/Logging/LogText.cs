using System.Globalization;
using System.Text;

namespace ChatProtocol.Hosting;

/// <summary>Makes text that a server chose harmless for a log: nothing in it can end a line, move a cursor or turn the direction of writing.</summary>
internal static class LogText
{
    public static string Of(string text)
    {
        if (text.EnumerateRunes().All(IsHarmless))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
            if (IsHarmless(rune))
                safe.Append(rune);
            else
                safe.Append(CultureInfo.InvariantCulture, $@"\u{{{rune.Value:x}}}");
        return safe.ToString();
    }

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
