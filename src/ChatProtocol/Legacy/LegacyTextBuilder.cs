using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;

namespace ChatProtocol;

/// <summary>Gathers a <see cref="LegacyText"/>. Whatever it is given, the result is valid for a strict decoder. Not thread-safe.</summary>
public sealed class LegacyTextBuilder
{
    private readonly CharacterTable _table;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly BitArray _continued = new(256);

    /// <summary>Begins an empty text.</summary>
    public LegacyTextBuilder(LegacyCharset charset) => _table = CharacterTable.Of(charset);

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>
    /// Appends text. What the charset lacks, and control and format characters, go out as <c>[U+1F44B]</c>, never as a
    /// look-alike or a question mark (CP-LEG-021).
    /// </summary>
    public void Append(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
            Append(rune);
    }

    /// <summary>Ends the line.</summary>
    public void EndLine() => AppendAscii("\n");

    /// <summary>
    /// Appends an entry as people see it: <c>name: text</c>, with a mark before it. Further lines of the text are indented,
    /// and <c>%%%</c> in it is widened, so that nothing that somebody writes looks like an entry, a notice or a private
    /// message of somebody else's (CP-LEG-022).
    /// </summary>
    /// <param name="mark">What stands before the name; empty, or ends with a space.</param>
    /// <param name="name">Whose entry it is, by the rules of <see cref="Names"/>.</param>
    /// <param name="text">What was said.</param>
    public void AppendEntry(string mark, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Append(mark);
        Append(name);
        AppendAscii(": ");
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

    /// <summary>The text. The builder can go on.</summary>
    public LegacyText Build() => new(_bytes.WrittenSpan.ToArray(), new BitArray(_continued));

    private void Append(Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        var length = IsShown(rune) ? _table.Write(rune, bytes) : 0;
        if (length == 0)
        {
            AppendAscii($"[U+{rune.Value:X4}]");
            return;
        }
        for (var i = 0; i < length; i++)
            AppendByte(bytes[i], isContinued: i > 0);
    }

    private void AppendAscii(string text)
    {
        foreach (var character in text)
            AppendByte((byte)character, isContinued: false);
    }

    private void AppendByte(byte value, bool isContinued)
    {
        if (Length == _continued.Length)
            _continued.Length *= 2;
        _continued[Length] = isContinued;
        _bytes.Write([value]);
    }

    /// <summary>A tab is, no other control character is, and neither are those that turn the direction of writing.</summary>
    private static bool IsShown(Rune rune) => rune.Value == '\t' || Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
