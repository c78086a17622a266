using System.Runtime.CompilerServices;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// An input row at the bottom of the terminal, and messages that appear above it and stay in the terminal's own scrollback.
/// Any thread may print or change the prompt; one thread reads the lines.
/// </summary>
internal sealed class ScreenDisplay(ITerminal terminal, Completer? completer = null, TimeProvider? time = null) : IDisplay
{
    private readonly Lock _lock = new();
    private readonly LineEditor _editor = new(completer);
    private readonly KeyDecoder _decoder = new();
    private readonly InputLineRenderer _row = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private bool _isOpen;
    private bool _isLate;
    private (int Cursor, int Width) _drawn;

    /// <summary>The format of the screen's own errors.</summary>
    public Func<string, string> ErrorLine { get; init; } = text => "! " + text;

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

    /// <inheritdoc/>
    public int? Columns => terminal.Columns;

    /// <summary>Shows a message above the input row.</summary>
    public void Print(string line)
    {
        lock (_lock)
            Draw(line.ReplaceLineEndings("\r\n") + "\r\n");
    }

    /// <inheritdoc/>
    public void Ring() => terminal.Write("\a");

    /// <summary>The lines that are entered, without empty ones, until Ctrl-C or Ctrl-D on an empty line, or the end of the input.</summary>
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
                    if (result == EditResult.Suspended)
                        terminal.Suspend();
                    if (!string.IsNullOrWhiteSpace(line))
                        yield return line.Trim('\n'); // A paste often ends with one.
                }
                CatchUp();
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
        terminal.Suspending += Hide;
        terminal.Resumed += Show;
        Show();
    }

    private void Close()
    {
        terminal.Resized -= Redraw;
        terminal.Suspending -= Hide;
        terminal.Resumed -= Show;
        Hide();
    }

    private void Show()
    {
        lock (_lock)
        {
            _isOpen = true;
            _drawn = default;
            Draw();
        }
    }

    private void Hide()
    {
        lock (_lock)
        {
            if (_isOpen)
                terminal.Write(Erase());
            _isOpen = false;
        }
    }

    // The next keys; null at the end of the input.
    private async Task<IReadOnlyList<Key>?> ReadKeysAsync(CancellationToken cancellationToken)
    {
        // The timer starts before the read, which may take any time.
        var isLater = _decoder.GivesUpAfter is { } wait ? Task.Delay(wait, _time, cancellationToken) : null;
        var reading = terminal.ReadAsync(cancellationToken).AsTask();
        if (isLater is not null && await Task.WhenAny(reading, isLater) != reading)
            foreach (var key in _decoder.Flush())
                Press(key); // No flushed key ends a line.
        CatchUp();
        var bytes = await reading;
        return bytes.IsEmpty ? null : PasteHeuristic.Gather(_decoder.Decode(bytes.Span), bytes.Length, () => terminal.HasInput);
    }

    private (EditResult Result, string? Line) Press(Key key)
    {
        lock (_lock)
        {
            var result = _editor.Press(key);
            if (result == EditResult.Submitted && SlashPrefix.CommandWithin(_editor.Text.Trim('\n')) is { } number)
            {
                // The draft stays, to be corrected.
                Draw(Refusal($"not sent: line {number} begins with /, and a command has to be sent by itself"));
                return (EditResult.Refused, null);
            }
            var line = result == EditResult.Submitted ? _editor.TakeLine() : null;
            if (result == EditResult.Cleared)
                Draw("\x1b[H\x1b[2J");
            else if (result == EditResult.Refused)
                terminal.Write("\a");
            else if (result == EditResult.PasteRefused)
                Draw(Refusal($"the paste is too long: at most {_editor.Room} characters"));
            else if (result is EditResult.Changed or EditResult.Submitted)
                _isLate = true;
            return (result, line);
        }
    }

    // An error about the input, above the row.
    private string Refusal(string text)
    {
        var rows = TextLayout.Break(text, first: 2, indent: 2, terminal.Columns).Select(row => text[row.Start..row.End]);
        return $"\a{string.Join("\r\n  ", rows.Select((row, i) => i == 0 ? ErrorLine(row) : row))}\r\n";
    }

    // Draws only when no more input waits: a long text that arrives in pieces is drawn once.
    private void CatchUp()
    {
        lock (_lock)
            if (_isLate && !terminal.HasInput)
                Draw();
    }

    private void Redraw()
    {
        lock (_lock)
            Draw();
    }

    // One write for everything, so that the row does not flicker.
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
        _isLate = false;
        terminal.Write(output.ToString());
    }

    // A terminal that became narrower has wrapped the row, and the cursor may stand on a further line of it. Only then is
    // everything below erased: in the first row of the screen some terminals would push a copy of the page into the scrollback.
    private string Erase()
    {
        var columns = terminal.Columns;
        if (_drawn.Width <= columns)
            return "\r\x1b[2K";
        var above = _drawn.Cursor / columns;
        return above > 0 ? $"\x1b[{above}A\r\x1b[J" : "\r\x1b[J";
    }
}
