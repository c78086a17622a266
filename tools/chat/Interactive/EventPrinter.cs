using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Formats messages and events for the screen. Thread-safe, as the screen is.</summary>
internal sealed class EventPrinter(IDisplay display, ChatClient client, TerminalStyle style, TimeProvider time)
{
    /// <summary>
    /// The indent of further lines: the width of a time and a blank, so that no line of a text looks like a message of
    /// another user.
    /// </summary>
    private const int Indent = 6;

    /// <summary>The most rows of a text; a longer text is folded.</summary>
    private const int MaxRows = 20;

    /// <summary>The rows shown of a folded text.</summary>
    private const int RowsOfFolded = 15;

    /// <summary>The least time between two rings of the bell for mentions.</summary>
    private static readonly TimeSpan BetweenBells = TimeSpan.FromSeconds(1);

    /// <summary>The most erasures in a row that are told one by one: a purge may erase thousands, and is told by an entry of its own.</summary>
    private const int MaxErasedInARow = 3;

    /// <summary>The most reactions in a row that are told.</summary>
    private const int MaxReactedInARow = 3;

    /// <summary>The most events held back while a room is entered; one more shows them all.</summary>
    private const int MaxLater = 1000;

    private readonly Lock _lock = new();
    private readonly TimestampFormatter _calendar = new(time);
    private readonly Queue<Action> _later = new();
    private readonly ShownMessages _shown = new(client);
    private volatile ChatRoom? _current;
    private int _holders;
    private long? _lastBell;
    private int _erasedInARow;
    private int _reactedInARow;

    /// <summary>The current room, which typed text goes to; messages of other rooms show their room.</summary>
    public ChatRoom? Current
    {
        get => _current;
        set
        {
            _current = value;
            display.Prompt = $"{Escaped.Line(value?.Label() ?? "(no room)")}> ";
        }
    }

    /// <summary>Holds back events until the result is disposed of, so that they are shown behind the caller's own output.</summary>
    public IDisposable Hold()
    {
        lock (_lock)
            _holders++;
        return new Holder(this);
    }

    /// <summary>Shows an event, in the order of arrival.</summary>
    public void InTurn(Action show)
    {
        lock (_lock)
        {
            _later.Enqueue(show);
            if (_holders == 0 || _later.Count > MaxLater)
                ShowLater();
        }
    }

    /// <summary>Shows a new message; a mention of the user rings the bell.</summary>
    public void News(ChatRoom room, ChatMessage message)
    {
        lock (_lock)
        {
            _shown.Add(room, message);
            if (Message(room, message))
                Ring();
        }
    }

    /// <summary>Shows what became of a message; of many reactions in a row only the first ones.</summary>
    public void Amended(ChatRoom room, ChatAmendment entry)
    {
        lock (_lock)
        {
            var words = ResultPrinter.AmendmentInWords(entry, _shown.NameOf(room, entry.Target));
            _shown.Add(room, entry);
            if (words is null || entry is ChatReaction && _reactedInARow >= MaxReactedInARow)
                return;
            var reacted = entry is ChatReaction ? _reactedInARow + 1 : 0;
            Change(room, entry.Time, words);
            _reactedInARow = reacted;
        }
    }

    /// <summary>Shows a message among others, with a line before it if its day is another. True if it mentions the user.</summary>
    public bool Message(ChatRoom room, ChatMessage message)
    {
        lock (_lock)
        {
            TellDay(message.Time);
            return Print(room, message, _calendar.Clock(message.Time), isWhole: false);
        }
    }

    /// <summary>Shows one message by itself, with its date and its whole text.</summary>
    public void Single(ChatRoom room, ChatMessage message)
    {
        lock (_lock)
            Print(room, message, _calendar.Point(message.Time), isWhole: true);
    }

    /// <summary>Shows a line of what a search found, with its room and date.</summary>
    public void Hit(ChatRoom room, SearchHit hit)
    {
        lock (_lock)
        {
            var (entry, excerpt) = (hit.Entry, new HitExcerpt(hit));
            var (when, where) = (_calendar.Point(entry.Time), $"[{Escaped.Line(room.Label())}] ");
            var begins = DisplayWidth.Of($"{when} {where}{Escaped.Line(entry.Name)}: ");
            display.Print($"{style.Dim(when)} {style.Dim(where)}{style.Name(entry.From, entry.Name)}: "
                + Compose(excerpt.Text, TextLayout.Break(excerpt.Text, begins, Indent, display.Columns), part => part, excerpt.Marks));
        }
    }

    /// <summary>Reports an erased message; of many in a row only the first ones.</summary>
    public void Erased(ChatRoom room, ulong seq)
    {
        lock (_lock)
        {
            if (!_shown.Drop(room, seq))
                return;
            if (_erasedInARow < MaxErasedInARow)
                Say($"message {seq} of {room.Label()} was erased");
            else if (_erasedInARow == MaxErasedInARow)
                Say("… and others behind it");
            _erasedInARow++;
        }
    }

    /// <summary>Shows the line of a change in a room.</summary>
    public void Change(ChatRoom room, DateTimeOffset time, string words)
    {
        lock (_lock)
        {
            _erasedInARow = _reactedInARow = 0;
            TellDay(time);
            var (when, where) = (_calendar.Clock(time), Where(room));
            Print($"{style.Dim(when)} {(where.Length > 0 ? style.Dim(where) : "")}", DisplayWidth.Of($"{when} {where}"), "* " + Escaped.Line(words), style.Dim);
        }
    }

    public void Notice(NoticeReceived notice)
    {
        lock (_lock)
        {
            TellDay(notice.Time);
            Print($"{style.Dim(_calendar.Clock(notice.Time))} ", Indent, Escaped.Block("** " + notice.Text), style.Bold);
        }
    }

    /// <summary>Shows a page, with a line before the first entry that is new.</summary>
    public void Page(ChatRoom room, HistoryPage page, NewLine line)
    {
        lock (_lock)
            _shown.Add(room, page);
        foreach (var part in page.InOrder())
        {
            if (part is ChatEntry { IsSaid: true } next && line.ComesBefore(next.Seq))
                display.Print(style.Dim("--- new ---"));
            if (part is ChatEntry entry && ResultPrinter.ChangeInWords(entry) is { } words)
                Change(room, entry.Time, words);
            else if (part is ChatEntry said && said.ToMessage() is { } message)
                Message(room, message);
            else if (part is HistoryGap gap)
                Missing(room, gap.First, gap.Last, gap.Reason);
        }
    }

    /// <summary>Reports missing messages, in their place.</summary>
    public void Missing(ChatRoom room, ulong first, ulong last, GapReason why) => ShowError($"in {room.Label()} {ResultPrinter.InWords(first, last, why)}");

    /// <summary>Shows a line about the conversation.</summary>
    public void Say(string text) => Print("", 0, Escaped.Block("* " + text), style.Dim);

    public void ShowError(string text) => Print("", 0, "! " + Escaped.Line(text), style.Error);

    private bool Print(ChatRoom room, ChatMessage message, string when, bool isWhole)
    {
        _erasedInARow = _reactedInARow = 0;
        var isOwn = message.From == client.Principal;
        var text = message.IsErased ? ResultPrinter.ErasedText : Escaped.Block(message.Text + ResultPrinter.StateInWords(message));
        var mentions = message.IsErased || isOwn ? [] : Mentions.Find(text, client.Name);
        var where = Where(room);
        // Without colours a mark is shown; it cannot be read as a name, because names have no blanks.
        var mark = mentions.Count > 0 && !style.HasColours ? "> " : "";
        var name = style.Name(message.From, message.Name);
        var who = (message.IsAction, isOwn) switch
        {
            (true, true) => "* " + style.Bold(name),
            (true, _) => "* " + name,
            (_, true) => style.Bold(name + "»"),
            _ => name + ":",
        };
        if (message.ReplyTo is { } answered)
            mark += $"re {_shown.NameOf(room, answered)} ";
        var begins = DisplayWidth.Of($"{when} {where}{mark}{(message.IsAction ? "* " : "")}{Escaped.Line(message.Name)}{(message.IsAction ? "" : ":")} ");
        var prefix = $"{style.Dim(when)} {(where.Length > 0 ? style.Dim(where) : "")}{Escaped.Line(mark)}{who} ";
        var rows = TextLayout.Break(text, begins, Indent, display.Columns);
        var shown = isWhole ? rows : Fold(text, rows, begins);
        display.Print(prefix + Compose(text, shown, part => message.IsErased ? style.Dim(part) : part, mentions)
            + (shown.Count < rows.Count || shown[^1] != rows[^1] ? Folded(room, message.Seq, text.Length - shown[^1].End) : ""));
        return mentions.Count > 0;
    }

    private string Where(ChatRoom room) => room.Id == Current?.Id ? "" : $"[{Escaped.Line(room.Label())}] ";

    private string Folded(ChatRoom room, ulong seq, int hidden)
    {
        var where = room.Id == Current?.Id ? "" : " " + Escaped.Line(room.Label());
        return $"\n{new string(' ', Indent)}{style.Dim($"… {hidden} more characters: /show {seq}{where}")}";
    }

    private void Print(string prefix, int begins, string text, Func<string, string> look)
    {
        lock (_lock)
            display.Print(prefix + Compose(text, TextLayout.Break(text, begins, begins + 2, display.Columns), look, [], begins + 2));
    }

    private string Compose(
        string text, List<TextRow> rows, Func<string, string> look, IReadOnlyList<(int Start, int End)> mentions, int indent = Indent)
    {
        var composed = new StringBuilder();
        foreach (var row in rows)
        {
            if (row.Start > 0)
                composed.Append('\n').Append(' ', indent);
            var at = row.Start;
            foreach (var (start, end) in mentions.Where(mention => mention.Start < row.End && mention.End > row.Start))
            {
                composed.Append(text, at, Math.Max(at, start) - at);
                at = Math.Max(at, start);
                composed.Append(style.Highlight(text[at..Math.Min(end, row.End)]));
                at = Math.Min(end, row.End);
            }
            composed.Append(look(text[at..row.End]));
        }
        return composed.ToString();
    }

    /// <summary>The shown rows of a long text; the last one may be cut.</summary>
    private List<TextRow> Fold(string text, List<TextRow> rows, int begins)
    {
        if (display.Columns is not { } columns || rows.Sum(row => TextLayout.Height(row, columns)) <= MaxRows)
            return rows;
        var shown = new List<TextRow>();
        var left = RowsOfFolded;
        foreach (var row in rows)
        {
            if (TextLayout.Height(row, columns) is var height && height > left)
            {
                if (left > 0)
                    shown.Add(row with { End = row.Start + Fitting(text.AsSpan(row.Start..row.End), (left * columns) - (row.Start == 0 ? begins : Indent)) });
                break;
            }
            shown.Add(row);
            left -= height;
        }
        return shown;
    }

    private static int Fitting(ReadOnlySpan<char> text, int columns) => DisplayWidth.Beginning(text, Math.Max(0, columns)).Length;

    private void TellDay(DateTimeOffset when)
    {
        if (_calendar.NewDay(when) is { } line)
            display.Print(style.Dim(line));
    }

    private void Ring()
    {
        if (_lastBell is { } last && time.GetElapsedTime(last) < BetweenBells)
            return;
        _lastBell = time.GetTimestamp();
        display.Ring();
    }

    private void ShowLater()
    {
        while (_later.TryDequeue(out var show))
            show();
    }

    private void Release()
    {
        lock (_lock)
            if (--_holders == 0)
                ShowLater();
    }

    private sealed class Holder(EventPrinter view) : IDisposable
    {
        public void Dispose() => view.Release();
    }
}
