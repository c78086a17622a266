using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Renders a prompt and the part of a line that fits beside it, scrolled so that the cursor is visible.</summary>
internal sealed class InputLineRenderer
{
    private int _offset;

    /// <summary>The row, at most one column narrower than the terminal, and the column of the cursor in it.</summary>
    public (string Row, int Cursor) Render(string prompt, string text, int cursor, int columns)
    {
        var shown = DisplayWidth.Truncate(Escaped.Line(prompt), columns / 2);
        var start = DisplayWidth.Of(shown);
        var line = Escaped.Line(text);
        var at = DisplayWidth.Of(Escaped.Line(text[..cursor]));

        // The last column stays free, for the cursor and because terminals differ in the effect of writing there.
        var room = Math.Max(0, columns - start - 1);
        _offset = Math.Clamp(_offset, Math.Max(0, at - room), at);
        _offset = Math.Min(_offset, Math.Max(0, DisplayWidth.Of(line) - room));
        return (shown + Window(line, _offset, room), start + at - _offset);
    }

    // The part between two columns; a wide character cut by the left edge leaves a blank.
    private static string Window(string line, int first, int count)
    {
        var window = new StringBuilder();
        var column = -first;
        for (var rest = line.AsSpan(); !rest.IsEmpty;)
        {
            var cluster = rest[..DisplayWidth.ClusterLength(rest)];
            var end = column + DisplayWidth.OfCluster(cluster);
            if (end > count)
                break;
            if (column >= 0 && end > 0)
                window.Append(cluster);
            else if (end > 0)
                window.Append(' ', end);
            column = end;
            rest = rest[cluster.Length..];
        }
        return window.ToString();
    }
}
