using System.Globalization;
using System.Text;
using System.Threading.Channels;
using ChatProtocol.Tools;

namespace ChatProtocol.Tests.Terminal;

/// <summary>
/// A terminal that understands just what a <see cref="ScreenDisplay"/> writes: it wraps, scrolls nothing away, and wraps anew
/// when it is resized, as most do.
/// </summary>
internal sealed class FakeTerminal(int columns) : ITerminal
{
    /// <summary>How long a test waits for what is to happen at once.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<byte[]> _typed = Channel.CreateBounded<byte[]>(16);
    private readonly Lock _lock = new();
    private readonly List<List<string>> _rows = [[]];
    private readonly HashSet<int> _wrapped = [];
    private TaskCompletionSource _idle = new();
    private int _row, _column;

    public event Action? Resized;

    public event Action? Suspending;

    public event Action? Resumed;

    public bool HasInput => _typed.Reader.Count > 0;

    public int Columns { get; private set; } = columns;

    /// <summary>How often something was written.</summary>
    public int Writes { get; private set; }

    public int Bells { get; private set; }

    /// <summary>Everything to be seen, rows without trailing blanks, a bar where the cursor is.</summary>
    public string[] Shown
    {
        get
        {
            lock (_lock)
                return [.. _rows.Select((cells, row) => Text(cells, row == _row ? _column : -1))];
        }
    }

    /// <summary>Types and returns when all of it has been dealt with.</summary>
    public async Task TypeAsync(string text)
    {
        _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _typed.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));
        await _idle.Task.WaitAsync(Patience);
    }

    /// <summary>Nobody lets it go on: a shell that has the terminal meanwhile is a test's own.</summary>
    public void Suspend()
    {
        Suspending?.Invoke();
        IsSuspended = true;
    }

    public bool IsSuspended { get; private set; }

    public void GoOn()
    {
        IsSuspended = false;
        Resumed?.Invoke();
    }

    public void HangUp() => _typed.Writer.TryComplete();

    public void Resize(int columns)
    {
        lock (_lock)
        {
            Columns = columns;
            Rewrap();
        }
        Resized?.Invoke();
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_typed.Reader.TryRead(out var bytes))
            return bytes;
        _idle.TrySetResult();
        return await _typed.Reader.WaitToReadAsync(cancellationToken) && _typed.Reader.TryRead(out bytes) ? bytes : default;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Write(string text)
    {
        lock (_lock)
        {
            Writes++;
            for (var at = 0; at < text.Length;)
                at += text[at] == '\x1b' ? Control(text.AsSpan(at)) : Show(text, at);
        }
    }

    private int Show(string text, int at)
    {
        var cluster = StringInfo.GetNextTextElement(text, at);
        switch (cluster)
        {
            case "\r":
                _column = 0;
                break;
            case "\r\n":
                _column = 0;
                GoToNextRow();
                break;
            case "\a":
                Bells++;
                break;
            default:
                Put(cluster, DisplayWidth.Of(cluster));
                break;
        }
        return cluster.Length;
    }

    // A cell for each column; the second one of a wide character is empty.
    private void Put(string cluster, int width)
    {
        if (_column + width > Columns)
        {
            _wrapped.Add(_row);
            _column = 0;
            GoToNextRow();
        }
        var cells = _rows[_row];
        while (cells.Count < _column + width)
            cells.Add(" ");
        cells[_column] = cluster;
        if (width == 2)
            cells[_column + 1] = "";
        _column += width;
    }

    private void GoToNextRow()
    {
        if (++_row == _rows.Count)
            _rows.Add([]);
    }

    private int Control(ReadOnlySpan<char> text)
    {
        var length = text[2..].IndexOfAnyExceptInRange('0', '?');
        var number = int.TryParse(text.Slice(2, length), CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        switch (text[2 + length])
        {
            case 'A':
                _row = Math.Max(0, _row - Math.Max(1, number));
                break;
            case 'C':
                _column = Math.Min(Columns - 1, _column + Math.Max(1, number));
                break;
            case 'H':
                (_row, _column) = (0, 0);
                break;
            case 'J':
                Erase(number == 2 ? 0 : _row, number == 2 ? 0 : _column);
                break;
            case 'K' when number == 2:
                _rows[_row].Clear();
                _wrapped.Remove(_row);
                break;
            case 'm':
                break;
            default:
                throw new NotSupportedException($"ESC {text[1..(3 + length)]}");
        }
        return 3 + length;
    }

    private void Erase(int row, int column)
    {
        _rows.RemoveRange(row + 1, _rows.Count - row - 1);
        _rows[row] = [.. _rows[row].Take(column)];
        _wrapped.RemoveWhere(r => r >= row);
    }

    // Rows that went on in the next one become one again, and are cut at the new width.
    private void Rewrap()
    {
        var (old, wrapped, cursorRow, cursorColumn) = (_rows.ToArray(), _wrapped.ToHashSet(), _row, _column);
        var cursor = (Row: 0, Column: 0);
        _rows.Clear();
        _wrapped.Clear();
        _rows.Add([]);
        (_row, _column) = (0, 0);
        for (var row = 0; row < old.Length; row++)
        {
            for (var column = 0; column < old[row].Count; column++)
            {
                if (old[row][column].Length > 0)
                    Put(old[row][column], column + 1 < old[row].Count && old[row][column + 1].Length == 0 ? 2 : 1);
                if ((row, column) == (cursorRow, cursorColumn - 1))
                    cursor = (_row, _column);
            }
            if (row == cursorRow && cursorColumn == 0)
                cursor = (_row, 0);
            if (row < old.Length - 1 && !wrapped.Contains(row))
            {
                _column = 0;
                GoToNextRow();
            }
        }
        (_row, _column) = cursor.Column < Columns ? cursor : (cursor.Row, Columns - 1);
    }

    private static string Text(List<string> cells, int cursor)
    {
        var text = new StringBuilder();
        for (var column = 0; column < Math.Max(cells.Count, cursor + 1); column++)
        {
            if (column == cursor)
                text.Append('|');
            text.Append(column < cells.Count ? cells[column] : " ");
        }
        return text.ToString().TrimEnd(' ');
    }
}
