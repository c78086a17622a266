using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>How things look on the screen. Thread-safe, as the screen is.</summary>
internal sealed class View(IDisplay display, ChatClient client, Style style, TimeProvider time)
{
    /// <summary>As wide as a time of day and a blank, so that nobody can make a further line look like somebody else's message.</summary>
    private const int Indent = 6;

    /// <summary>Texts that take more rows are folded.</summary>
    private const int MaxRows = 20;

    /// <summary>How much of one that is folded is shown.</summary>
    private const int RowsOfFolded = 15;

    /// <summary>However many mentions come, as often as this it can be heard.</summary>
    private static readonly TimeSpan BetweenBells = TimeSpan.FromSeconds(1);

    /// <summary>What came while a room was entered; more is not kept back.</summary>
    private const int MaxLater = 1000;

    private readonly Lock _lock = new();
    private readonly Calendar _calendar = new(time);
    private readonly Queue<Action> _later = new();
    private volatile ChatRoom? _current;
    private int _holders;
    private long? _lastBell;

    /// <summary>The room that is typed into; messages of others show where they come from.</summary>
    public ChatRoom? Current
    {
        get => _current;
        set
        {
            _current = value;
            display.Prompt = $"{Safe.Line(value?.ToString() ?? "(no room)")}> ";
        }
    }

    /// <summary>Shows what comes by itself behind what is being shown, until this is disposed of.</summary>
    public IDisposable Hold()
    {
        lock (_lock)
            _holders++;
        return new Holder(this);
    }

    /// <summary>Shows something that came by itself, in the order in which it came.</summary>
    public void InTurn(Action show)
    {
        lock (_lock)
        {
            _later.Enqueue(show);
            if (_holders == 0 || _later.Count > MaxLater)
                ShowLater();
        }
    }

    /// <summary>A message that was said just now. It can be heard where it mentions us.</summary>
    public void News(ChatRoom room, Message message)
    {
        lock (_lock)
        {
            if (Message(room, message))
                Ring();
        }
    }

    /// <summary>A message among others, a line about the day before it where that is another. True if it mentions us.</summary>
    public bool Message(ChatRoom room, Message message)
    {
        lock (_lock)
        {
            var when = TimeOf(message.Time);
            TellDay(when);
            return Print(room, message, _calendar.Clock(when), isWhole: false);
        }
    }

    /// <summary>One message by itself, with its date and all of its text.</summary>
    public void Single(ChatRoom room, Message message)
    {
        lock (_lock)
            Print(room, message, _calendar.Point(TimeOf(message.Time)), isWhole: true);
    }

    public void Notice(Notice notice)
    {
        lock (_lock)
        {
            var when = TimeOf((ulong)notice.Time);
            TellDay(when);
            Print($"{style.Dim(_calendar.Clock(when))} ", Indent, Safe.Block("** " + notice.Text), style.Bold);
        }
    }

    public void Page(ChatRoom room, HistoryPage page)
    {
        foreach (var part in page.InOrder())
        {
            if (part is Entry entry && entry.ToMessage() is { } message)
                Message(room, message);
            else if (part is Gap gap)
                Missing(room, gap.First, gap.Last, gap.Why);
        }
    }

    /// <summary>What does not come, in its place.</summary>
    public void Missing(ChatRoom room, ulong first, ulong last, GapReason why) => Complain($"in {room} {Output.InWords(first, last, why)}");

    /// <summary>Something that is about the conversation, not part of it.</summary>
    public void Say(string text) => Print("", 0, Safe.Block("* " + text), style.Dim);

    public void Complain(string text) => Print("", 0, "! " + Safe.Line(text), style.Error);

    /// <summary>How something that went wrong looks.</summary>
    public static string Complaint(Style style, string text) => style.Error("! " + Safe.Line(text));

    private bool Print(ChatRoom room, Message message, string when, bool isWhole)
    {
        var isOwn = message.From == client.Principal;
        var text = message.IsErased ? Output.ErasedText : Safe.Block(message.Text.ToString());
        var mentions = message.IsErased || isOwn ? [] : Mentions.Find(text, client.Name);
        var where = room.Id == Current?.Id ? "" : $"[{Safe.Line(room.ToString())}] ";
        // Where there are no colours, a mark; it cannot be the name of anybody, because names have no blanks.
        var mark = mentions.Count > 0 && !style.HasColours ? "> " : "";
        var name = style.Name(message.From, message.Name);
        var who = isOwn ? style.Bold(name + "»") : name + ":";
        var begins = DisplayWidth.Of($"{when} {where}{mark}{Safe.Line(message.Name)}: ");
        var prefix = $"{style.Dim(when)} {(where.Length > 0 ? style.Dim(where) : "")}{mark}{who} ";
        var rows = TextLayout.Break(text, begins, Indent, display.Columns);
        var shown = isWhole ? rows : Fold(text, rows, begins);
        display.Print(prefix + Compose(text, shown, part => message.IsErased ? style.Dim(part) : part, mentions)
            + (shown.Count < rows.Count || shown[^1] != rows[^1] ? Folded(room, message.Seq, text.Length - shown[^1].End) : ""));
        return mentions.Count > 0;
    }

    private string Folded(ChatRoom room, ulong seq, int hidden)
    {
        var where = room.Id == Current?.Id ? "" : " " + Safe.Line(room.ToString());
        return $"\n{new string(' ', Indent)}{style.Dim($"… {hidden} more characters: /show {seq}{where}")}";
    }

    private void Print(string prefix, int begins, string text, Func<string, string> look)
    {
        lock (_lock)
            display.Print(prefix + Compose(text, TextLayout.Break(text, begins, begins + 2, display.Columns), look, [], begins + 2));
    }

    private string Compose(
        string text, List<TextRow> rows, Func<string, string> look, List<(int Start, int End)> mentions, int indent = Indent)
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

    /// <summary>The rows of a long text that are shown; the last of them may be cut.</summary>
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

    private static DateTimeOffset TimeOf(ulong milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);

    private sealed class Holder(View view) : IDisposable
    {
        public void Dispose() => view.Release();
    }
}
