using System.Buffers;
using System.Globalization;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// Makes text from others harmless for a terminal: control, bidi and other invisible format characters and lone surrogates
/// become visible escapes such as <c>\x1b</c> or <c>\u202e</c>.
/// </summary>
internal static class Escaped
{
    private const char ZeroWidthNonJoiner = '\u200c', ZeroWidthJoiner = '\u200d';

    /// <summary>For a single line: newlines become ⏎, tabs a space.</summary>
    public static string Line(string text) => Escape(text, newline: "⏎", tab: " ");

    /// <summary>For a text of several lines: newlines and tabs stay; the caller indents the further lines.</summary>
    public static string Block(string text) => Escape(text, newline: "\n", tab: "\t");

    private static string Escape(string text, string newline, string tab)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;

        var safe = new StringBuilder(text.Length + 16);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (rest.StartsWith("\r\n"))
                rest = rest[1..];
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var length);
            if (status != OperationStatus.Done)
                safe.Append(CultureInfo.InvariantCulture, $@"\u{(int)rest[0]:x4}");
            else if (rune.Value == '\n')
                safe.Append(newline);
            else if (rune.Value == '\t')
                safe.Append(tab);
            else
                AppendVisible(safe, rune);
            rest = rest[length..];
        }
        return safe.ToString();
    }

    private static void AppendVisible(StringBuilder safe, Rune rune)
    {
        if (IsHarmless(rune))
            safe.Append(rune.ToString());
        else if (rune.Value <= 0xff)
            safe.Append(CultureInfo.InvariantCulture, $@"\x{rune.Value:x2}");
        else if (rune.IsBmp)
            safe.Append(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}");
        else
            safe.Append(CultureInfo.InvariantCulture, $@"\U{rune.Value:x8}");
    }

    // The two joiners are needed within emoji and in several scripts; variation selectors are marks, not format characters.
    private static bool IsHarmless(Rune rune) => rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner
        || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
