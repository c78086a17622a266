using System.Buffers;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// Collects the text between the marks of a bracketed paste, over any number of reads; newlines become <c>\n</c>.
/// </summary>
/// <param name="maxLength">The longest paste in UTF-16 units; a longer one is discarded.</param>
internal sealed class BracketedPasteDecoder(int maxLength)
{
    private readonly StringBuilder _text = new();
    private bool _afterReturn;

    private static ReadOnlySpan<byte> EndMark => "\x1b[201~"u8;

    public bool IsOpen { get; private set; }

    public bool IsOversized { get; private set; }

    /// <summary>The text since the paste was opened.</summary>
    public string Text => _text.ToString();

    public void Open()
    {
        (IsOpen, IsOversized, _afterReturn) = (true, false, false);
        _text.Clear();
    }

    /// <summary>Ends the paste.</summary>
    public void Close() => IsOpen = false;

    /// <summary>Reads one character or the end mark; returns the bytes used, 0 when more are needed.</summary>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(EndMark))
        {
            IsOpen = false;
            return EndMark.Length;
        }
        if (EndMark.StartsWith(bytes) || Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.NeedMoreData)
            return 0;
        Append(rune);
        return length;
    }

    // Terminals turn the newlines of a paste into returns, or leave \r\n.
    private void Append(Rune rune)
    {
        if (_text.Length >= maxLength)
            IsOversized = true;
        else if (rune.Value == '\r')
            _text.Append('\n');
        else if (rune.Value != '\n' || !_afterReturn)
            _text.Append(rune.ToString());
        _afterReturn = rune.Value == '\r';
    }
}
