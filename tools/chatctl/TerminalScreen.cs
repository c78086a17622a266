using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// A screen of its own on the terminal, drawn again and again without flicker; what was there before is back when it is disposed of. Each
/// drawing fits the size that the terminal has then.
/// </summary>
internal sealed class TerminalScreen : IDisposable
{
    private const int StandardOutput = 1;

    private readonly TextWriter _writer;
    private readonly TerminalStyle _style = TerminalStyle.ForOutput();

    public TerminalScreen(TextWriter writer)
    {
        _writer = writer;
        // The other screen, and no cursor.
        _writer.Write("\e[?1049h\e[?25l");
    }

    /// <summary>The size of the terminal.</summary>
    public static (int Columns, int Rows) Size => LibC.TerminalSize(StandardOutput) ?? (80, 24);

    /// <summary>Whether standard output is a terminal that such a screen can be shown on.</summary>
    public static bool IsPossible =>
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    /// <summary>Draws these lines, those that are headings bold; what does not fit is cut.</summary>
    public void Draw(IReadOnlyList<(string Text, bool IsHeading)> lines)
    {
        var (columns, rows) = Size;
        var frame = new StringBuilder("\e[H");
        foreach (var (text, isHeading) in lines.Take(rows))
        {
            var cut = DisplayWidth.Truncate(text, columns);
            // The line's rest is cleared first: behind a full line the cursor stands on its last character.
            frame.Append(frame.Length > "\e[H".Length ? "\r\n" : "").Append("\e[K").Append(isHeading ? _style.Bold(cut) : cut);
        }
        _writer.Write(frame.Append(lines.Count < rows ? "\e[J" : "").ToString());
    }

    public void Dispose() => _writer.Write("\e[?25h\e[?1049l");
}
