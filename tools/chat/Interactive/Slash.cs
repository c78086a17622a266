using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>What makes a line a command.</summary>
internal static class Slash
{
    private const char FullWidth = '／';

    /// <summary>Whether the first character that can be seen is a slash, or what an input method for Chinese makes of one.</summary>
    public static bool Begins(string line) => Visible(line) is ['/' or FullWidth, ..];

    /// <summary>
    /// The text that the line says, or the command: a line that begins with a slash is never taken for a text, unless it is
    /// two, which stand for one.
    /// </summary>
    public static (string? Text, string? Command) Read(string line)
    {
        if (!Begins(line))
            return (line, null);
        var trimmed = Visible(line);
        return trimmed.Length > 1 && trimmed[1] == trimmed[0] ? (trimmed[1..], null) : (null, '/' + trimmed[1..]);
    }

    // Blanks and what cannot be seen at all, as a mark of the byte order, come along where something is copied.
    private static string Visible(string line)
    {
        var start = 0;
        while (start < line.Length && (char.IsWhiteSpace(line[start]) || char.GetUnicodeCategory(line[start]) == UnicodeCategory.Format))
            start++;
        return line[start..];
    }

    /// <summary>The word at the beginning, and what stands behind it.</summary>
    public static (string Word, string Tail) Split(string line)
    {
        var trimmed = line.Trim();
        var end = 0;
        while (end < trimmed.Length && !char.IsWhiteSpace(trimmed[end]))
            end++;
        return (trimmed[..end], trimmed[end..].TrimStart());
    }
}
