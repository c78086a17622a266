using System.Runtime.CompilerServices;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// A row at the bottom of the terminal to write in, and messages that appear above it and stay in the terminal's own
/// scrollback. Any thread may print or change the prompt; one reads the lines.
/// </summary>
internal sealed class Screen(ITerminal terminal, Completer? completer = null, TimeProvider? time = null)
{
    // Terminals send the bytes of a sequence together; a person is slower.
    private static readonly TimeSpan EscapeWait = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly LineEditor _editor = new(completer);
    private readonly KeyDecoder _decoder = new();
    private readonly InputRow _row = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private bool _isOpen;
    private (int Cursor, int Width) _drawn;

    /// <summary>How the screen's own complaints look.</summary>
    public Func<string, string> Complaint { get; init; } = text => "! " + text;

    public string Prompt
    {
        get;
        set
        {
            lock (_lock)
            {
                field = value;
                Draw();
            }
        }
    } = "> ";

    /// <summary>Shows a message above the input row. It may have styles and newlines in it; foreign text has to be made safe before.</summary>
    public void Print(string line)
    {
        lock (_lock)
            Draw(line.ReplaceLineEndings("\r\n") + "\r\n");
    }

    /// <summary>The lines that are entered, without empty ones, until Ctrl-C, Ctrl-D or the end of the input.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<string> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Open();
        try
        {
            while (await ReadKeysAsync(cancellationToken) is { } keys)
            {
                foreach (var key in keys)
                {
                    var (result, line) = Press(key);
                    if (result == EditResult.Quit)
                        yield break;
                    if (!string.IsNullOrWhiteSpace(line))
                        yield return line.Trim('\n'); // A paste often ends with one.
                }
            }
        }
        finally
        {
            Close();
        }
    }

    private void Open()
    {
        terminal.Resized += Redraw;
        lock (_lock)
        {
            _isOpen = true;
            Draw();
        }
    }

    private void Close()
    {
        terminal.Resized -= Redraw;
        lock (_lock)
        {
            terminal.Write(Erase());
            _isOpen = false;
        }
    }

    // Null at the end of the input.
    private async Task<IReadOnlyList<Key>?> ReadKeysAsync(CancellationToken cancellationToken)
    {
        // Before reading: from then on time may pass.
        var isLater = _decoder.HoldsEscape ? Task.Delay(EscapeWait, _time, cancellationToken) : null;
        var reading = terminal.ReadAsync(cancellationToken).AsTask();
        if (isLater is not null && await Task.WhenAny(reading, isLater) != reading)
            _decoder.Flush(); // The line editor has no use for Escape.
        var bytes = await reading;
        return bytes.IsEmpty ? null : _decoder.Decode(bytes.Span);
    }

    private (EditResult Result, string? Line) Press(Key key)
    {
        lock (_lock)
        {
            var result = _editor.Press(key);
            var line = result == EditResult.Submitted ? _editor.TakeLine() : null;
            if (result == EditResult.Cleared)
                Draw("\x1b[H\x1b[2J");
            else if (result == EditResult.Refused)
                terminal.Write("\a");
            else if (result == EditResult.PasteRefused)
                Draw($"\a{Complaint($"the paste is too long: at most {_editor.Room} characters")}\r\n");
            else if (result is EditResult.Changed or EditResult.Submitted)
                Draw();
            return (result, line);
        }
    }

    private void Redraw()
    {
        lock (_lock)
            Draw();
    }

    // Everything in one write, so that the row does not flicker.
    private void Draw(string above = "")
    {
        if (!_isOpen)
        {
            if (above.Length > 0)
                terminal.Write(above);
            return;
        }

        var output = new StringBuilder(Erase()).Append(above);
        var (row, cursor) = _row.Render(Prompt, _editor.Text, _editor.Cursor, terminal.Columns);
        output.Append(row).Append('\r');
        if (cursor > 0)
            output.Append($"\x1b[{cursor}C");
        _drawn = (cursor, DisplayWidth.Of(row));
        terminal.Write(output.ToString());
    }

    // A terminal that became narrower has wrapped the row, and the cursor may stand on a further line of it. Only then
    // everything below is erased: some terminals take that in the first row for a page to be kept in the scrollback.
    private string Erase()
    {
        var columns = terminal.Columns;
        if (_drawn.Width <= columns)
            return "\r\x1b[2K";
        var above = _drawn.Cursor / columns;
        return above > 0 ? $"\x1b[{above}A\r\x1b[J" : "\r\x1b[J";
    }
}
