using System.Buffers;

namespace ChatProtocol;

/// <summary>
/// Finds the messages in a stream that has no framing (CP-LEG-005): a message ends with a newline or with a pause of its
/// sender. It has no clock: the caller measures the pause and calls <see cref="End(ICollection{LegacyLine})"/>. Not thread-safe.
/// </summary>
public sealed class LegacyLines
{
    /// <summary>The pause that ends a message.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>The pause that ends a message which stops within a character or with a %.</summary>
    public static readonly TimeSpan LongQuiet = TimeSpan.FromMilliseconds(300);

    private readonly bool _hasFours;
    private readonly bool _isUtf8;
    private readonly int _maxLength;
    private ArrayBufferWriter<byte> _line = new();
    private bool _isTooLong;

    // The state at the end of the line so far: the position within its last character, and whether it ends with a separator or a part of one.
    private Within _within;
    private bool _endsWithPercent;

    /// <summary>Makes a finder for a new stream.</summary>
    /// <param name="charset">The client's charset.</param>
    /// <param name="maxLength">The longest message in bytes; the bytes of a longer one are discarded.</param>
    public LegacyLines(LegacyCharset charset, int maxLength)
    {
        var table = CharacterTable.Of(charset);
        (_hasFours, _isUtf8) = (table.HasFours, table.IsUtf8);
        _maxLength = maxLength;
    }

    private enum Within
    {
        Nothing,
        Pair,
        Second,
        Third,
        Fourth,
    }

    /// <summary>The pause that ends the message begun; null if no message is begun.</summary>
    public TimeSpan? QuietNeeded =>
        _line.WrittenCount == 0 && !_isTooLong ? null
        : _within != Within.Nothing || _endsWithPercent ? LongQuiet
        : Quiet;

    /// <summary>Bytes held of a message that has not ended yet; never more than the longest message has.</summary>
    public int HeldBytes => _line.WrittenCount;

    /// <summary>Takes received bytes and adds the messages that a newline ended. Empty ones are skipped.</summary>
    public void Add(ReadOnlySpan<byte> bytes, ICollection<LegacyLine> lines)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Gather(bytes[..end]);
            End(lines, isMarked: true);
            bytes = bytes[(end + 1)..];
        }
        Gather(bytes);
    }

    /// <summary>
    /// Adds the message that was begun, if any: call it after a pause of <see cref="QuietNeeded"/> or at the end of the
    /// stream.
    /// </summary>
    public void End(ICollection<LegacyLine> lines) => End(lines, isMarked: false);

    private void End(ICollection<LegacyLine> lines, bool isMarked)
    {
        var line = _line.WrittenSpan;
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        if (!line.IsEmpty || _isTooLong)
            lines.Add(new LegacyLine(line.ToArray(), isMarked, _isTooLong));
        Forget();
        _isTooLong = false;
        _endsWithPercent = false;
        _within = Within.Nothing;
    }

    private void Gather(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _endsWithPercent = b == '%';
            _within = _isUtf8 ? NextOfUtf8(_within, b) : Next(_within, b);
        }
        if (_isTooLong || _line.WrittenCount + bytes.Length > _maxLength)
        {
            _isTooLong = true;
            Forget();
        }
        else
        {
            _line.Write(bytes);
        }
    }

    private void Forget()
    {
        // The memory of a long line is freed: the connection may never send another.
        if (_line.Capacity > 4096)
            _line = new ArrayBufferWriter<byte>();
        else
            _line.ResetWrittenCount();
    }

    private static Within NextOfUtf8(Within within, byte b) => b switch
    {
        >= 0x80 and <= 0xBF => within switch
        {
            Within.Second => Within.Third,
            Within.Third => Within.Fourth,
            _ => Within.Nothing,
        },
        >= 0xC2 and <= 0xDF => Within.Fourth,
        >= 0xE0 and <= 0xEF => Within.Third,
        >= 0xF0 and <= 0xF4 => Within.Second,
        _ => Within.Nothing,
    };

    private Within Next(Within within, byte b) => within switch
    {
        Within.Pair or Within.Fourth when CharacterTable.IsTrail(b) => Within.Nothing,
        Within.Fourth when CharacterTable.IsDigit(b) => Within.Nothing,
        Within.Pair when _hasFours && CharacterTable.IsDigit(b) => Within.Third,
        Within.Third when CharacterTable.IsLead(b) => Within.Fourth,
        _ => CharacterTable.IsLead(b) ? Within.Pair : Within.Nothing,
    };
}
