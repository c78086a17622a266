using System.Buffers;

namespace ChatProtocol;

/// <summary>
/// Finds the messages in a stream that has no framing (CP-LEG-005): one ends with a newline, or when its sender has been
/// quiet for a while. It has no clock: its owner tells when it was quiet. Not thread-safe.
/// </summary>
public sealed class LegacyLines
{
    /// <summary>The quiet that ends a message.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>The quiet that ends a message which stops in the middle of a character or with a %.</summary>
    public static readonly TimeSpan LongQuiet = TimeSpan.FromMilliseconds(300);

    private readonly bool _hasFours;
    private readonly bool _isUtf8;
    private readonly int _maxLength;
    private ArrayBufferWriter<byte> _line = new();
    private bool _isTooLong;

    // Of the line so far: how far its last character has come, and whether a separator or a part of one stands at its end.
    private Within _within;
    private bool _endsWithPercent;

    /// <summary>Begins at the beginning of a stream.</summary>
    /// <param name="charset">What the bytes mean.</param>
    /// <param name="maxLength">The longest message in bytes; of a longer one nothing is kept.</param>
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

    /// <summary>How long the sender has to be quiet to end what it has begun; null if nothing is begun.</summary>
    public TimeSpan? QuietNeeded =>
        _line.WrittenCount == 0 && !_isTooLong ? null
        : _within != Within.Nothing || _endsWithPercent ? LongQuiet
        : Quiet;

    /// <summary>Bytes of a message that has not ended yet; never more than the longest one has.</summary>
    public int HeldBytes => _line.WrittenCount;

    /// <summary>Takes what was read, and adds the messages that a newline ended. Empty ones are passed over.</summary>
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

    /// <summary>The sender has been quiet for as long as needed, or has ended: adds the message that was begun, if one was.</summary>
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
        // A long line's memory is not kept for a connection that may never have another.
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
