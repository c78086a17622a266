using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>
/// The line being written and the cursor in it, edited key by key as in a shell. Moves and deletions go by grapheme
/// clusters. Only pasting and Alt-Enter insert newlines; Enter submits.
/// </summary>
internal sealed class LineEditor(Completer? completer = null, int maxLength = LineEditor.DefaultMaxLength)
{
    /// <summary>
    /// The default limit in UTF-16 units. It only bounds the memory: it is far above the servers' limits, so that a server
    /// reports its own.
    /// </summary>
    public const int DefaultMaxLength = 1024 * 1024;

    private readonly LineHistory _history = new();
    private readonly WordCompletion _completion = new(completer ?? ((_, _) => []));

    public string Text { get; private set; } = "";

    /// <summary>An index into the text, always between two grapheme clusters.</summary>
    public int Cursor { get; private set; }

    /// <summary>How many more UTF-16 units the line has room for.</summary>
    public int Room => maxLength - Text.Length;

    public EditResult Press(Key key)
    {
        if (key.Code != KeyCode.Tab)
            _completion.Reset();
        return key.Code switch
        {
            KeyCode.Character => PressCharacter(key),
            KeyCode.Paste => Insert(key.Text) is var result and not EditResult.Refused ? result : EditResult.PasteRefused,
            KeyCode.OversizedPaste => EditResult.PasteRefused,
            KeyCode.Enter when key.Modifiers.HasFlag(KeyModifiers.Alt) => Insert("\n"),
            KeyCode.Enter => Text.Length > 0 ? EditResult.Submitted : EditResult.None,
            KeyCode.Tab => Complete(),
            KeyCode.Backspace => Delete(IsByWord(key) ? WordStart() : Previous(), Cursor),
            KeyCode.Delete => Delete(Cursor, IsByWord(key) ? WordEnd() : Next()),
            KeyCode.Left => Move(IsByWord(key) ? WordStart() : Previous()),
            KeyCode.Right => Move(IsByWord(key) ? WordEnd() : Next()),
            KeyCode.Home => Move(0),
            KeyCode.End => Move(Text.Length),
            KeyCode.Up => Recall(_history.Older(Text)),
            KeyCode.Down => Recall(_history.Newer()),
            _ => EditResult.None,
        };
    }

    /// <summary>Returns the line, adds it to the history and begins an empty one.</summary>
    public string TakeLine()
    {
        var line = Text;
        _history.Add(line);
        Set("", 0);
        return line;
    }

    private EditResult PressCharacter(Key key) => key.Modifiers switch
    {
        KeyModifiers.None => Insert(key.Text),
        KeyModifiers.Control => PressControl(key.Text),
        KeyModifiers.Alt => PressAlt(key.Text),
        _ => EditResult.None,
    };

    private EditResult PressControl(string letter) => letter switch
    {
        "a" => Move(0),
        "b" => Move(Previous()),
        "c" => Text.Length == 0 ? EditResult.Quit : Set("", 0),
        "d" => Text.Length == 0 ? EditResult.Quit : Delete(Cursor, Next()),
        "e" => Move(Text.Length),
        "f" => Move(Next()),
        "k" => Delete(Cursor, Text.Length),
        "l" => EditResult.Cleared,
        "n" => Recall(_history.Newer()),
        "p" => Recall(_history.Older(Text)),
        "u" => Delete(0, Cursor),
        "w" => Delete(WordStart(), Cursor),
        "z" => EditResult.Suspended,
        _ => EditResult.None,
    };

    private EditResult PressAlt(string letter) => letter switch
    {
        "b" => Move(WordStart()),
        "d" => Delete(Cursor, WordEnd()),
        "f" => Move(WordEnd()),
        _ => EditResult.None,
    };

    private EditResult Insert(string text)
    {
        // Control characters in a paste are no part of the text.
        var written = string.Concat(text.Where(c => !char.IsControl(c) || c is '\n' or '\t'));
        if (written.Length == 0)
            return EditResult.None;
        if (written.Length > Room)
            return EditResult.Refused;
        return Set(Text.Insert(Cursor, written), Cursor + written.Length);
    }

    private EditResult Delete(int start, int end) =>
        start == end ? EditResult.None : Set(Text.Remove(start, end - start), start);

    private EditResult Move(int cursor) => cursor == Cursor ? EditResult.None : Set(Text, cursor);

    private EditResult Recall(string? line) => line is null ? EditResult.None : Set(line, line.Length);

    private EditResult Complete() =>
        _completion.Next(Text, Cursor) is { } completed ? Set(completed.Text, completed.Cursor) : EditResult.Refused;

    // An insertion or a deletion may join its neighbours to one cluster (a joiner between two emoji); the cursor must not
    // stand inside of it.
    private EditResult Set(string text, int cursor)
    {
        Text = text;
        Cursor = Clusters(before: cursor).First(boundary => boundary >= cursor);
        return EditResult.Changed;
    }

    private int Previous() => Clusters(before: Cursor - 1).TakeWhile(boundary => boundary < Cursor).LastOrDefault();

    private int Next() => Clusters(before: Cursor).FirstOrDefault(boundary => boundary > Cursor, Text.Length);

    // The boundaries of the text's grapheme clusters, from one at or before this index; not from the beginning, or the work
    // for a long text would be quadratic.
    private IEnumerable<int> Clusters(int before)
    {
        var end = Math.Clamp(before, 0, Text.Length);
        while (end > 0 && end < Text.Length && !(IsSimple(Text[end - 1]) && IsSimple(Text[end])))
            end--;
        yield return end;
        while (end < Text.Length)
            yield return end += StringInfo.GetNextTextElementLength(Text, end);
    }

    // Whether a character is one of those of which two neighbours are always two clusters.
    private static bool IsSimple(char c) => c is < '\u0300' and not '\r' or (>= '\u4e00' and <= '\u9fff');

    private int WordStart()
    {
        var start = Cursor;
        while (start > 0 && char.IsWhiteSpace(Text[start - 1]))
            start--;
        while (start > 0 && !char.IsWhiteSpace(Text[start - 1]))
            start--;
        return start;
    }

    private int WordEnd()
    {
        var end = Cursor;
        while (end < Text.Length && char.IsWhiteSpace(Text[end]))
            end++;
        while (end < Text.Length && !char.IsWhiteSpace(Text[end]))
            end++;
        return end;
    }

    private static bool IsByWord(Key key) => (key.Modifiers & (KeyModifiers.Alt | KeyModifiers.Control)) != 0;
}
