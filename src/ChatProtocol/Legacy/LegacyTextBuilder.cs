using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;

namespace ChatProtocol;

/// <summary>Builds a <see cref="LegacyText"/>, which is valid for a strict decoder whatever the input. Not thread-safe.</summary>
public sealed class LegacyTextBuilder
{
    private readonly CharacterTable _table;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly BitArray _continued = new(256);

    /// <summary>Makes an empty builder.</summary>
    public LegacyTextBuilder(LegacyCharset charset) => _table = CharacterTable.Of(charset);

    /// <summary>Bytes appended so far.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>
    /// Appends text. Characters that the charset lacks, and control and format characters, are written as <c>[U+1F44B]</c>,
    /// never as a look-alike or a question mark (CP-LEG-021).
    /// </summary>
    public void Append(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            // Most text is ASCII, of which nothing has to be looked up.
            var ascii = text.IndexOfAnyExceptInRange(' ', '~');
            AppendAscii(ascii < 0 ? text : text[..ascii]);
            if (ascii < 0)
                return;
            text = text[ascii..];
            // A surrogate without its other half is U+FFFD.
            Rune.DecodeFromUtf16(text, out var rune, out var length);
            Append(rune);
            text = text[length..];
        }
    }

    /// <summary>Ends the line.</summary>
    public void EndLine() => AppendAscii("\n");

    /// <summary>
    /// Appends an entry as people see it: <c>name: text</c>, with a mark before it. Further lines of the text are indented,
    /// and <c>%%%</c> in it is widened, so that no text looks like an entry, a notice or a private message of another user
    /// (CP-LEG-022).
    /// </summary>
    /// <param name="mark">The mark before the name; empty, or ends with a space.</param>
    /// <param name="name">The author's name, valid by the rules of <see cref="Names"/>.</param>
    /// <param name="text">The entry's text.</param>
    public void AppendEntry(string mark, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Append(mark);
        Append(name);
        AppendAscii(": ");
        AppendLines(text);
    }

    /// <summary>Appends an entry that says what its author does, as <c>* name text</c> (CP-LEG-064); otherwise as <see cref="AppendEntry"/>.</summary>
    /// <param name="mark">The mark before it; empty, or ends with a space.</param>
    /// <param name="name">The author's name, valid by the rules of <see cref="Names"/>.</param>
    /// <param name="text">The entry's text.</param>
    public void AppendAction(string mark, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Append(mark);
        AppendAscii("* ");
        Append(name);
        AppendAscii(" ");
        AppendLines(text);
    }

    private void AppendLines(string text)
    {
        var isFirst = true;
        foreach (var line in text.Replace(LegacyMessage.Separator, "％％％", StringComparison.Ordinal).AsSpan().EnumerateLines())
        {
            if (!isFirst)
                AppendAscii("\n    ");
            isFirst = false;
            Append(line);
        }
        EndLine();
    }

    /// <summary>The text so far. The builder can be appended to afterwards.</summary>
    public LegacyText Build() => new(_bytes.WrittenSpan.ToArray(), new BitArray(_continued));

    private void Append(Rune rune)
    {
        var at = Length;
        var length = IsShown(rune) ? _table.Write(rune, _bytes.GetSpan(4)) : 0;
        if (length == 0)
        {
            AppendCode(rune);
            return;
        }
        _bytes.Advance(length);
        MakeRoomForMarks();
        for (var i = 1; i < length; i++)
            _continued[at + i] = true;
    }

    private void AppendCode(Rune rune)
    {
        Span<char> code = stackalloc char[16];
        code.TryWrite(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]", out var length);
        AppendAscii(code[..length]);
    }

    private void AppendAscii(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        Ascii.FromUtf16(text, _bytes.GetSpan(text.Length), out var length);
        _bytes.Advance(length);
        MakeRoomForMarks();
    }

    private void MakeRoomForMarks()
    {
        if (_continued.Length < Length)
            _continued.Length = Math.Max(Length, 2 * _continued.Length);
    }

    /// <summary>
    /// Whether a character is written as it is: a tab is; other control characters, and those that change the direction of
    /// writing, are not.
    /// </summary>
    private static bool IsShown(Rune rune) => rune.Value == '\t' || Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
