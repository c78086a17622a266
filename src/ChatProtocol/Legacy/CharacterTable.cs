using System.Buffers;
using System.Text;

namespace ChatProtocol;

/// <summary>
/// The mapping of one charset between bytes and characters, exact both ways. The framework's own encoders replace a missing
/// character by a look-alike, which lets a name be spoofed, and its decoders let a bad byte swallow the next one.
/// </summary>
internal sealed class CharacterTable
{
    private const int FirstLead = 0x81;
    private const int Leads = 0xFE - FirstLead + 1;
    private const int FirstTrail = 0x40;
    private const int Trails = 0xFE - FirstTrail + 1;

    private static readonly CharacterTable Gbk = new(LegacyCharset.Gbk, 936);
    private static readonly CharacterTable Gb18030 = new(LegacyCharset.Gb18030, 54936);
    private static readonly CharacterTable Utf8 = new();

    private readonly Encoding _encoding;
    private readonly char[] _characters;
    private readonly ushort[] _pairs;

    /// <summary>The table of UTF-8, which is empty: the bytes are decoded by rule.</summary>
    private CharacterTable()
    {
        IsUtf8 = true;
        _encoding = Encoding.UTF8;
        (_characters, _pairs) = ([], []);
    }

    private CharacterTable(LegacyCharset charset, int codePage)
    {
        HasFours = charset == LegacyCharset.Gb18030;
        (_characters, _pairs) = (new char[Leads * Trails], new ushort[char.MaxValue + 1]);
        _encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
        for (var lead = FirstLead; lead < FirstLead + Leads; lead++)
            for (var trail = FirstTrail; trail < FirstTrail + Trails; trail++)
                if (IsTrail((byte)trail))
                    Add((byte)lead, (byte)trail);
    }

    /// <summary>Whether the charset has sequences of four bytes beside pairs.</summary>
    public bool HasFours { get; }

    public bool IsUtf8 { get; }

    public static CharacterTable Of(LegacyCharset charset) => charset switch
    {
        LegacyCharset.Gb18030 => Gb18030,
        LegacyCharset.Utf8 => Utf8,
        _ => Gbk,
    };

    public static bool IsLead(byte b) => b is >= 0x81 and <= 0xFE;

    public static bool IsTrail(byte b) => b is >= 0x40 and <= 0xFE and not 0x7F;

    public static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    /// <summary>
    /// Reads one character. A byte that begins no character is U+FFFD by itself, so that it never swallows the next one. In GBK
    /// and GB18030 the byte 80 is the euro sign, as on Windows.
    /// </summary>
    /// <param name="bytes">At least one byte.</param>
    /// <param name="length">How many bytes the character takes.</param>
    public Rune Read(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 1;
        var first = bytes[0];
        if (first < 0x80)
            return new Rune(first);
        if (IsUtf8)
            return ReadUtf8(bytes, out length);
        if (first == 0x80)
            return new Rune('€');
        if (bytes.Length > 1 && IsLead(first) && IsTrail(bytes[1]))
        {
            length = 2;
            return new Rune(_characters[IndexOf(first, bytes[1])]);
        }
        if (HasFours && bytes is [_, var second, var third, var fourth, ..]
            && IsLead(first) && IsDigit(second) && IsLead(third) && IsDigit(fourth) && ReadFour(bytes[..4]) is { } rune)
        {
            length = 4;
            return rune;
        }
        return Rune.ReplacementChar;
    }

    /// <summary>Writes one character; 0 if the charset lacks it.</summary>
    /// <param name="rune">The character.</param>
    /// <param name="bytes">The output, with room for at least four bytes.</param>
    public int Write(Rune rune, Span<byte> bytes)
    {
        if (rune.IsAscii)
        {
            bytes[0] = (byte)rune.Value;
            return 1;
        }
        if (IsUtf8)
            return rune.EncodeToUtf8(bytes);
        if (rune.IsBmp && _pairs[rune.Value] is > 0 and var pair)
        {
            bytes[0] = (byte)(pair >> 8);
            bytes[1] = (byte)pair;
            return 2;
        }
        return HasFours ? WriteFour(rune, bytes) : 0;
    }

    private static Rune ReadUtf8(ReadOnlySpan<byte> bytes, out int length)
    {
        if (Rune.DecodeFromUtf8(bytes, out var rune, out length) == OperationStatus.Done)
            return rune;
        length = 1;
        return Rune.ReplacementChar;
    }

    private static int IndexOf(byte lead, byte trail) => (lead - FirstLead) * Trails + trail - FirstTrail;

    private void Add(byte lead, byte trail)
    {
        var character = _encoding.GetString([lead, trail])[0];
        _characters[IndexOf(lead, trail)] = character;
        // Strict decoders of GBK do not know its private use area, so such a character is read but not written.
        if (HasFours || character is < '\uE000' or > '\uF8FF')
            _pairs[character] = (ushort)(lead << 8 | trail);
    }

    private int WriteFour(Rune rune, Span<byte> bytes)
    {
        Span<char> utf16 = stackalloc char[2];
        return _encoding.GetBytes(utf16[..rune.EncodeToUtf16(utf16)], bytes);
    }

    /// <summary>
    /// The sequences are numbered: those up to lastOfBmp stand for the characters below U+10000 that no pair stands for,
    /// those from firstBeyond on for U+10000 and above.
    /// </summary>
    private Rune? ReadFour(ReadOnlySpan<byte> bytes)
    {
        const int lastOfBmp = 39_419;
        const int firstBeyond = 189_000;
        var number = (((bytes[0] - 0x81) * 10 + bytes[1] - '0') * 126 + bytes[2] - 0x81) * 10 + bytes[3] - '0';
        if (number <= lastOfBmp)
            return Rune.GetRuneAt(_encoding.GetString(bytes), 0);
        return Rune.TryCreate(number - firstBeyond + 0x10000, out var rune) && number >= firstBeyond ? rune : null;
    }
}
