using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Tells commands from texts by the slash at the beginning of a line.</summary>
internal static class SlashPrefix
{
    private const char FullWidth = '／';

    /// <summary>Whether the first visible character is a slash, or the full-width slash of a Chinese input method.</summary>
    public static bool Begins(string line) => Visible(line) is ['/' or FullWidth, ..];

    /// <summary>
    /// The text of the line, or the command: a line that begins with a slash is always a command, unless it begins with two,
    /// which stand for one in a text.
    /// </summary>
    public static (string? Text, string? Command) Read(string line)
    {
        if (!Begins(line))
            return (line, null);
        var trimmed = Visible(line);
        return trimmed.Length > 1 && trimmed[1] == trimmed[0] ? (trimmed[1..], null) : (null, '/' + trimmed[1..]);
    }

    /// <summary>
    /// The number of the first further line of a text that begins with a slash, as a command that was pasted along with it does; null
    /// if there is none. Lines that begin with two slashes, such as comments in code, are text.
    /// </summary>
    public static int? CommandWithin(string text)
    {
        var lines = text.Split('\n');
        for (var i = 1; i < lines.Length; i++)
            if (Read(lines[i]).Command is not null)
                return i + 1;
        return null;
    }

    /// <summary>Whether a line is one of the commands, and not a text that begins with a slash.</summary>
    public static bool IsCommand(string line) => Read(line).Command is { } command && Split(command).Word is
        "/join" or "/part" or "/msg" or "/block" or "/unblock" or "/blocks" or "/nick" or "/who" or "/rooms" or "/history" or "/show" or "/help" or "/quit"
        or "/create" or "/invite" or "/topic" or "/title" or "/roles" or "/role" or "/mute" or "/unmute" or "/ban" or "/unban" or "/slow" or "/moderated" or "/archive";

    // Blanks and invisible characters, such as a byte order mark, are often copied along with a text.
    private static string Visible(string line)
    {
        var start = 0;
        while (start < line.Length && (char.IsWhiteSpace(line[start]) || char.GetUnicodeCategory(line[start]) == UnicodeCategory.Format))
            start++;
        return line[start..];
    }

    /// <summary>Splits the first word from the rest.</summary>
    public static (string Word, string Tail) Split(string line)
    {
        var trimmed = line.Trim();
        var end = 0;
        while (end < trimmed.Length && !char.IsWhiteSpace(trimmed[end]))
            end++;
        return (trimmed[..end], trimmed[end..].TrimStart());
    }
}
