namespace ChatProtocol.Tools;

/// <summary>
/// Breaks texts into the rows of a terminal: words stay whole, and a break is allowed between CJK characters except at
/// punctuation. The terminal wraps a word longer than a row, so that an address can be copied whole.
/// </summary>
internal static class TextLayout
{
    private const string NotAtTheBeginning = "、。，．：；？！）〕］｝」』】》〉…ー々";
    private const string NotAtTheEnd = "（〔［｛「『【《〈";
    private const int TabStop = 8;

    /// <param name="text">The text, made safe; newlines break it.</param>
    /// <param name="first">The column in which the text begins.</param>
    /// <param name="indent">The column in which further rows begin.</param>
    /// <param name="columns">The width of a row in columns; null if only newlines break the text.</param>
    public static List<TextRow> Break(string text, int first, int indent, int? columns)
    {
        var rows = new List<TextRow>();
        var (start, column, mayBreakAt) = (0, first, 0);
        for (var at = 0; at < text.Length;)
        {
            var length = DisplayWidth.ClusterLength(text.AsSpan(at));
            var cluster = text.AsSpan(at, length);
            if (cluster is "\n")
            {
                rows.Add(new TextRow(start, at, column));
                (start, column, mayBreakAt) = (at + 1, indent, at + 1);
                at += length;
                continue;
            }
            var width = WidthOf(cluster, column);
            if (MayBreakBefore(text, at))
                mayBreakAt = at;
            if (column + width > columns && mayBreakAt > start && cluster is not " ")
            {
                rows.Add(Until(text, start, mayBreakAt, column));
                (start, column) = (mayBreakAt, indent + WidthOf(text.AsSpan(mayBreakAt..at), indent));
            }
            column += width;
            at += length;
        }
        rows.Add(new TextRow(start, text.Length, column));
        return rows;
    }

    /// <summary>How many rows of the terminal a row of text takes.</summary>
    public static int Height(TextRow row, int columns) => Math.Max(1, (row.Columns + columns - 1) / columns);

    // Trailing blanks are not visible, and are left out.
    private static TextRow Until(string text, int start, int end, int column) =>
        new(start, start + text.AsSpan(start..end).TrimEnd(' ').Length, column);

    private static bool MayBreakBefore(string text, int at)
    {
        if (at == 0 || text[at] == ' ')
            return false;
        var (before, next) = (text[at - 1], text[at]);
        if (before == ' ')
            return true;
        return (IsIdeographic(before) || IsIdeographic(next))
            && !NotAtTheBeginning.Contains(next) && !NotAtTheEnd.Contains(before) && !char.IsLowSurrogate(next) && !IsClosing(next);
    }

    private static bool IsIdeographic(char c) => c is (>= '\u2e80' and <= '\u9fff') or (>= '\uf900' and <= '\ufaff') or (>= '\uff00' and <= '\uffef');

    private static bool IsClosing(char c) => c is '.' or ',' or ':' or ';' or '!' or '?' or ')' or ']' or '}';

    private static int WidthOf(ReadOnlySpan<char> text, int column)
    {
        var width = 0;
        for (; !text.IsEmpty; text = text[DisplayWidth.ClusterLength(text)..])
        {
            var cluster = text[..DisplayWidth.ClusterLength(text)];
            width += cluster is "\t" ? TabStop - ((column + width) % TabStop) : DisplayWidth.OfCluster(cluster);
        }
        return width;
    }
}
