using System.Buffers;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// Turns the bytes of a raw terminal into keys: UTF-8, escape sequences, bracketed paste. Bytes may arrive in any pieces;
/// unknown sequences are skipped, invalid bytes become U+FFFD, and nothing throws.
/// </summary>
internal sealed class KeyDecoder(int maxPaste = LineEditor.DefaultMaxLength)
{
    private const byte EscapeByte = 0x1b, Cancel = 0x18, Substitute = 0x1a, ControlC = 3;

    /// <summary>The most bytes of parameters in a sequence; a sequence with more is skipped.</summary>
    private const int LongestSequence = 32;

    // Terminals send the bytes of a key together; separate keys arrive more slowly.
    private static readonly TimeSpan KeyWait = TimeSpan.FromMilliseconds(50);

    // A paste or a report arrives in many pieces, over a network with gaps; one without its end must not block the keyboard.
    private static readonly TimeSpan EndWait = TimeSpan.FromSeconds(2);

    private readonly List<Key> _keys = [];
    private readonly BracketedPasteDecoder _paste = new(maxPaste);
    private byte[] _held = [];
    private bool _isInString;
    private bool _isInSequence;
    private bool _isBehindEscape;

    /// <summary>How long to wait for more bytes before <see cref="Flush"/>; null if no key is incomplete.</summary>
    public TimeSpan? GivesUpAfter => _paste.IsOpen || _isInString ? EndWait : HoldsBeginning ? KeyWait : null;

    // An Escape may be the Escape key, and the beginning of a string may be a letter with Alt.
    private bool HoldsBeginning => _held is [EscapeByte] || (_held is [EscapeByte, var second] && BeginsString(second));

    /// <summary>The keys that are complete; the beginning of another is kept for the next call.</summary>
    public IReadOnlyList<Key> Decode(ReadOnlySpan<byte> bytes)
    {
        _keys.Clear();
        ReadOnlySpan<byte> rest = (byte[])[.. _held, .. AsTyped(bytes)];
        while (!rest.IsEmpty)
        {
            var isPasting = _paste.IsOpen;
            var used = isPasting ? _paste.Read(rest) : Read(rest);
            if (used == 0)
                break;
            rest = rest[used..];
            if (isPasting && !_paste.IsOpen)
                AddPasted();
        }
        _held = rest.ToArray();
        return _keys.ToArray();
    }

    /// <summary>The keys of the bytes held, taken as complete: call it when nothing arrives for <see cref="GivesUpAfter"/>.</summary>
    public IReadOnlyList<Key> Flush()
    {
        _keys.Clear();
        if (_paste.IsOpen)
        {
            _paste.Close();
            AddPasted();
        }
        else if (HoldsBeginning)
        {
            _isBehindEscape = _held.Length == 1;
            _keys.Add(_isBehindEscape ? new Key(KeyCode.Escape) : Key.Alt(((char)_held[1]).ToString()));
        }
        else if (!_isInString)
            return [];
        _isInString = false;
        _held = [];
        return _keys.ToArray();
    }

    // Three keys are never pressed at once: an Escape taken for the key was the beginning of a sequence on a slow line.
    // A Ctrl-C by itself was pressed, not pasted: the paste so far is dropped.
    private byte[] AsTyped(ReadOnlySpan<byte> bytes)
    {
        var isRest = _isBehindEscape && bytes is [(byte)'[', _, ..] or [(byte)'O', (>= (byte)'A' and <= (byte)'D') or (byte)'F' or (byte)'H'];
        _isBehindEscape = false;
        if (_paste.IsOpen && bytes is [ControlC])
        {
            _paste.Close();
            _held = [];
            return [];
        }
        return isRest ? [EscapeByte, .. bytes] : bytes.ToArray();
    }

    // Added only at its end: a paste is taken as a whole or not at all.
    private void AddPasted()
    {
        if (_paste.IsOversized)
            _keys.Add(new Key(KeyCode.OversizedPaste));
        else if (_paste.Text is { Length: > 0 } text)
            _keys.Add(new Key(KeyCode.Paste, text));
    }

    private int Read(ReadOnlySpan<byte> bytes) =>
        _isInString ? ReadString(bytes) : _isInSequence ? ReadLongSequence(bytes) : ReadKey(bytes);

    // Each of these methods returns how many bytes it used, 0 if the key is not complete yet.
    private int ReadKey(ReadOnlySpan<byte> bytes) => bytes[0] switch
    {
        EscapeByte => ReadEscape(bytes),
        // A C1 control character in UTF-8, which stands for Escape and a letter.
        0xc2 when bytes.Length > 1 && bytes[1] < 0xa0 => ReadEscape([EscapeByte, (byte)(bytes[1] - 0x40), .. bytes[2..]]),
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
            case var kind when BeginsString(kind):
                _isInString = bytes.Length > 2;
                return _isInString ? 2 : 0;
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

    // OSC, DCS, APC, PM and SOS: strings that a terminal reports, up to BEL or ESC \\.
    private int ReadString(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny([(byte)'\a', EscapeByte, Cancel, Substitute]);
        if (end < 0)
            return bytes.Length;
        if (bytes[end] == EscapeByte && bytes.Length == end + 1)
            return end; // The next bytes show which it is.
        _isInString = false;
        if (bytes[end] != EscapeByte)
            return end + 1;
        return bytes[end + 1] == (byte)'\\' ? end + 2 : end == 0 ? ReadEscape(bytes) : end;
    }

    private static bool BeginsString(byte second) => second is (byte)']' or (byte)'P' or (byte)'_' or (byte)'^' or (byte)'X';

    // SS3: ESC O final, sent by arrows, Home and End in application mode. Some terminals put modifiers before the final.
    private int ReadApplicationKey(ReadOnlySpan<byte> bytes)
    {
        var length = bytes[2..].IndexOfAnyExceptInRange((byte)'0', (byte)';');
        if (length < 0)
            return 0;
        var final = bytes[2 + length];
        if (final is < 0x40 or > 0x7e)
            return 2 + length;
        AddKey(final == (byte)'M' ? KeyCode.Enter : CodeOf(final), KeyModifiers.None);
        return 3 + length;
    }

    // CSI: ESC [ parameters final.
    private int ReadSequence(ReadOnlySpan<byte> bytes)
    {
        var length = bytes[2..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x3f);
        if (length < 0)
        {
            _isInSequence = bytes.Length > LongestSequence;
            return _isInSequence ? bytes.Length : 0;
        }

        var final = bytes[2 + length];
        if (final is < 0x40 or > 0x7e)
            return 2 + length; // Cut short by a control character or another key, which is read next.
        var used = 3 + length;
        if (length == 0 && final is (byte)'[' or (byte)'M')
            return ReadBehind(bytes, used, characters: final == (byte)'M' ? 3 : 1);
        AddSequence(bytes.Slice(2, length), final);
        return used;
    }

    // A sequence with more parameters than any known one is skipped whole, so that no letter of it becomes text.
    private int ReadLongSequence(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x3f);
        if (length < 0)
            return bytes.Length;
        _isInSequence = false;
        return bytes[length] is < 0x40 or > 0x7e ? length + ReadKey(bytes[length..]) : length + 1;
    }

    // The function keys of the Linux console are ESC [ [ and a letter; an old mouse report is ESC [ M and any three characters.
    private static int ReadBehind(ReadOnlySpan<byte> bytes, int used, int characters)
    {
        for (; characters > 0; characters--)
        {
            if (used == bytes.Length || Rune.DecodeFromUtf8(bytes[used..], out _, out var length) == OperationStatus.NeedMoreData)
                return 0;
            used += length;
        }
        return used;
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

    // The first two parameters; a missing or invalid one is 0.
    private static (int First, int Second) Numbers(ReadOnlySpan<byte> parameters)
    {
        var semicolon = parameters.IndexOf((byte)';');
        return semicolon < 0
            ? (Number(parameters), 0)
            : (Number(parameters[..semicolon]), Number(parameters[(semicolon + 1)..]));
    }

    private static int Number(ReadOnlySpan<byte> digits) => int.TryParse(digits, out var number) ? number : 0;
}
