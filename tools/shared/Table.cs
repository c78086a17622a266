using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Rows with aligned columns under a header; every cell is made <see cref="Escaped"/>.</summary>
internal sealed class Table(params string[] headers)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headers.Length);
        _rows.Add(Array.ConvertAll(cells, Escaped.Line));
    }

    public void WriteTo(TextWriter writer, TerminalStyle style)
    {
        var isHeader = true;
        foreach (var line in ToLines())
        {
            writer.WriteLine(isHeader ? style.Bold(line) : line);
            isHeader = false;
        }
    }

    /// <summary>The lines, the header first.</summary>
    public IEnumerable<string> ToLines()
    {
        var widths = new int[headers.Length];
        for (var i = 0; i < widths.Length; i++)
            widths[i] = Width(i);
        return _rows.Prepend(headers).Select(row => Row(row, widths));
    }

    private int Width(int column)
    {
        var width = DisplayWidth.Of(headers[column]);
        foreach (var row in _rows)
            width = Math.Max(width, DisplayWidth.Of(row[column]));
        return width;
    }

    // The last cell is not padded: trailing blanks are in the way of copying.
    private static string Row(string[] cells, int[] widths)
    {
        var row = new StringBuilder();
        for (var i = 0; i < cells.Length - 1; i++)
            row.Append(DisplayWidth.PadRight(cells[i], widths[i])).Append(Gap);
        return row.Append(cells[^1]).ToString().TrimEnd(' ');
    }
}
