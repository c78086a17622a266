using System.Buffers;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// Turns the bytes of a raw terminal into keys: UTF-8, escape sequences, bracketed paste. Bytes may come in any pieces;
/// what is unknown is skipped and what is broken becomes U+FFFD, nothing throws.
/// </summary>
internal sealed class KeyDecoder(int maxPaste = LineEditor.DefaultMaxLength)
{
    private const byte EscapeByte = 0x1b;
    private const int LongestSequence = 32;

    private readonly List<Key> _keys = [];
    private readonly PasteDecoder _paste = new(maxPaste);
    private byte[] _held = [];

    /// <summary>Only an Escape is held: the key, unless the rest of a sequence comes at once.</summary>
    public bool HoldsEscape => !_paste.IsOpen && _held is [EscapeByte];

    /// <summary>The keys that are complete now; the beginning of another is kept for the next call.</summary>
    public IReadOnlyList<Key> Decode(ReadOnlySpan<byte> bytes)
    {
        _keys.Clear();
        ReadOnlySpan<byte> rest = (byte[])[.. _held, .. bytes];
        while (!rest.IsEmpty)
        {
            var isPasting = _paste.IsOpen;
            var used = isPasting ? _paste.Read(rest) : ReadKey(rest);
            if (used == 0)
                break;
            rest = rest[used..];
            if (isPasting && !_paste.IsOpen)
                AddPasted();
        }
        _held = rest.ToArray();
        return _keys.ToArray();
    }

    /// <summary>Nothing came after an Escape for a while, so it was the key.</summary>
    public IReadOnlyList<Key> Flush()
    {
        if (!HoldsEscape)
            return [];
        _held = [];
        return [new Key(KeyCode.Escape)];
    }

    // Not before its end: what is pasted is taken as a whole or not at all.
    private void AddPasted()
    {
        if (_paste.IsOversized)
            _keys.Add(new Key(KeyCode.OversizedPaste));
        else if (_paste.Text is { Length: > 0 } text)
            _keys.Add(new Key(KeyCode.Paste, text));
    }

    // Each of these returns how many bytes it used, 0 when the key is not complete yet.
    private int ReadKey(ReadOnlySpan<byte> bytes) => bytes[0] switch
    {
        EscapeByte => ReadEscape(bytes),
        < 0x20 or 0x7f => ReadControl(bytes[0], KeyModifiers.None),
        _ => ReadCharacter(bytes, KeyModifiers.None),
    };

    private int ReadControl(byte value, KeyModifiers modifiers)
    {
        Key? key = value switch
        {
            (byte)'\r' or (byte)'\n' => new Key(KeyCode.Enter, "", modifiers),
            (byte)'\t' => new Key(KeyCode.Tab, "", modifiers),
            0x08 or 0x7f => new Key(KeyCode.Backspace, "", modifiers),
            >= 1 and <= 26 => new Key(KeyCode.Character, ((char)('a' + value - 1)).ToString(), modifiers | KeyModifiers.Control),
            _ => null,
        };
        if (key is { } known)
            _keys.Add(known);
        return 1;
    }

    private int ReadCharacter(ReadOnlySpan<byte> bytes, KeyModifiers modifiers)
    {
        if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.NeedMoreData)
            return 0;
        _keys.Add(new Key(KeyCode.Character, rune.ToString(), modifiers));
        return length;
    }

    private int ReadEscape(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 1)
            return 0;
        switch (bytes[1])
        {
            case (byte)'[':
                return ReadSequence(bytes);
            case (byte)'O':
                return ReadApplicationKey(bytes);
            case EscapeByte:
                _keys.Add(new Key(KeyCode.Escape));
                return 1;
            case < 0x20 or 0x7f:
                return 1 + ReadControl(bytes[1], KeyModifiers.Alt);
            default:
                var used = ReadCharacter(bytes[1..], KeyModifiers.Alt);
                return used == 0 ? 0 : 1 + used;
        }
    }

    // SS3: ESC O final, what arrows and Home and End send in application mode.
    private int ReadApplicationKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 3)
            return 0;
        if (bytes[2] is < 0x40 or > 0x7e)
            return 2;
        AddKey(bytes[2] == (byte)'M' ? KeyCode.Enter : CodeOf(bytes[2]), KeyModifiers.None);
        return 3;
    }

    // CSI: ESC [ parameters final.
    private int ReadSequence(ReadOnlySpan<byte> bytes)
    {
        var length = bytes[2..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x3f);
        if (length < 0)
            return bytes.Length > LongestSequence ? bytes.Length : 0;

        var final = bytes[2 + length];
        if (final is < 0x40 or > 0x7e)
            return 2 + length; // Cut short by a control character or another key, which counts.
        AddSequence(bytes.Slice(2, length), final);
        return 3 + length;
    }

    private void AddSequence(ReadOnlySpan<byte> parameters, byte final)
    {
        var (first, second) = Numbers(parameters);
        var modifiers = (KeyModifiers)(Math.Max(0, second - 1) & 7);
        if (final != (byte)'~')
            AddKey(CodeOf(final), modifiers);
        else if (first == 200)
            _paste.Open();
        else
            AddKey(CodeOf(first), modifiers);
    }

    private void AddKey(KeyCode? code, KeyModifiers modifiers)
    {
        if (code is { } known)
            _keys.Add(new Key(known, "", modifiers));
    }

    private static KeyCode? CodeOf(byte final) => final switch
    {
        (byte)'A' => KeyCode.Up,
        (byte)'B' => KeyCode.Down,
        (byte)'C' => KeyCode.Right,
        (byte)'D' => KeyCode.Left,
        (byte)'F' => KeyCode.End,
        (byte)'H' => KeyCode.Home,
        (byte)'Z' => KeyCode.BackTab,
        _ => null,
    };

    private static KeyCode? CodeOf(int number) => number switch
    {
        1 or 7 => KeyCode.Home,
        3 => KeyCode.Delete,
        4 or 8 => KeyCode.End,
        5 => KeyCode.PageUp,
        6 => KeyCode.PageDown,
        _ => null,
    };

    // The first two parameters; what is missing or no number is 0.
    private static (int First, int Second) Numbers(ReadOnlySpan<byte> parameters)
    {
        var semicolon = parameters.IndexOf((byte)';');
        return semicolon < 0
            ? (Number(parameters), 0)
            : (Number(parameters[..semicolon]), Number(parameters[(semicolon + 1)..]));
    }

    private static int Number(ReadOnlySpan<byte> digits) => int.TryParse(digits, out var number) ? number : 0;
}
