using System.Buffers;
using System.Text;
using MessagePack;

namespace ChatProtocol;

/// <summary>
/// Reads the fields of one frame strictly (the encoding profile, <c>spec/02-encoding.md</c>): types, ranges and sizes are
/// checked before anything is allocated, and every fault is thrown as a <see cref="ProtocolViolation"/>.
/// </summary>
internal ref struct FieldReader
{
    private const int MaxDepth = 8;

    private readonly long _length;
    private readonly NameCache? _names;
    private MessagePackReader _reader;
    private int _left;
    private string _field;

    /// <param name="payload">One frame without its length.</param>
    /// <param name="names">Names that came before; null for none.</param>
    public FieldReader(in ReadOnlySequence<byte> payload, NameCache? names = null)
    {
        _names = names;
        _length = payload.Length;
        _reader = new MessagePackReader(payload);
        _field = "frame";
    }

    /// <summary>The name of the field being read, for faults that the caller finds.</summary>
    public readonly string Field => _field;

    public readonly long Offset => _reader.Consumed;

    private readonly long BytesLeft => _length - _reader.Consumed;

    public readonly ProtocolViolation Violation(string message, ErrorCode code = ErrorCode.Malformed) =>
        new(code, _field, _reader.Consumed, message);

    /// <summary>Enters the frame's array and reads its code.</summary>
    public int Begin()
    {
        _left = ArrayHeader();
        return UInt31("code");
    }

    /// <summary>Checks that the frame ends here; items that a later version added are skipped (CP-ENC-007).</summary>
    public void End()
    {
        _field = "frame";
        for (; _left > 0; _left--)
            SkipValue(2);
        if (BytesLeft > 0)
            throw Violation("bytes after the frame's array");
    }

    public ulong UInt(string field)
    {
        Next(field);
        return Integer();
    }

    public ulong? OptionalUInt(string field) => Absent(field) ? null : Integer();

    /// <summary>An integer that fits an int; a larger one keeps the profile, but is a fault of this field.</summary>
    public int UInt31(string field)
    {
        var value = UInt(field);
        return value <= int.MaxValue ? (int)value : throw Violation("the number is too large");
    }

    public int OptionalUInt31(string field, int absent = 0)
    {
        var value = OptionalUInt(field);
        return value is null ? absent : value <= int.MaxValue ? (int)value : throw Violation("the number is too large");
    }

    public bool Bool(string field)
    {
        Next(field);
        return Boolean();
    }

    public bool OptionalBool(string field, bool absent = false) => Absent(field) ? absent : Boolean();

    public string String(string field, int maxBytes)
    {
        Next(field);
        return Utf16(maxBytes);
    }

    /// <summary>The name of an author.</summary>
    public string Name(string field)
    {
        Next(field);
        var bytes = StringBytes();
        if (_names is null || !bytes.IsSingleSegment || bytes.Length > Names.MaxLength)
            return Utf16(bytes, Names.MaxLength);
        return _names.Find(bytes.FirstSpan) ?? (IsUtf8(bytes) ? _names.Add(bytes.FirstSpan) : throw Violation("no valid UTF-8"));
    }

    public string? OptionalString(string field, int maxBytes) => Absent(field) ? null : Utf16(maxBytes);

    /// <summary>A text of any length that the frame has room for: one over the limit is refused, not a violation (CP-MSG-003).</summary>
    public Text Text(string field)
    {
        Next(field);
        return TextValue();
    }

    public Text? OptionalText(string field)
    {
        if (Absent(field))
            return null;
        return TextValue();
    }

    private Text TextValue()
    {
        var bytes = StringBytes();
        return ChatProtocol.Text.TryFromUtf8(bytes.ToArray(), out var text) ? text : throw Violation("no valid UTF-8");
    }

    public ReadOnlyMemory<byte> Binary(string field, int maxBytes)
    {
        Next(field);
        return Bytes(maxBytes);
    }

    public ReadOnlyMemory<byte>? OptionalBinary(string field, int maxBytes)
    {
        if (Absent(field))
            return null;
        return Bytes(maxBytes);
    }

    /// <summary>A key has a byte at least (CP-KEY-001).</summary>
    public ReadOnlyMemory<byte>? OptionalKey(string field, int maxBytes)
    {
        var key = OptionalBinary(field, maxBytes);
        return key is { IsEmpty: true } ? throw Violation("a key has a byte at least") : key;
    }

    /// <summary>A server id has 16 bytes (CP-SES-003).</summary>
    public ReadOnlyMemory<byte> ServerId(string field)
    {
        Next(field);
        return Id();
    }

    /// <summary>A publisher id has 16 bytes (CP-DEL-004).</summary>
    public ReadOnlyMemory<byte>? OptionalPublisher(string field)
    {
        if (Absent(field))
            return null;
        return Id();
    }

    /// <summary>A room's name with a mark or hash before it, as it may be typed.</summary>
    public string RoomAddress(string field) => String(field, 1 + Names.MaxLength);

    /// <summary>Reads a list of items that are arrays themselves. An item may have grown at its tail (CP-ENC-007).</summary>
    public List<T> List<T>(string field, ItemReader<T> readItem)
    {
        Next(field);
        var count = ArrayHeader();
        // Allocates no more items than the received bytes can hold.
        var list = new List<T>(Math.Min(count, 64));
        var outer = _left;
        for (var i = 0; i < count; i++)
        {
            _field = field;
            _left = ArrayHeader();
            list.Add(readItem(ref this));
            for (; _left > 0; _left--)
                SkipValue(4);
        }
        _left = outer;
        return list;
    }

    public List<string> Strings(string field, int maxBytes)
    {
        Next(field);
        var count = ArrayHeader();
        var list = new List<string>(Math.Min(count, 64));
        for (var i = 0; i < count; i++)
            list.Add(Utf16(maxBytes));
        return list;
    }

    public Limits Limits(string field)
    {
        Next(field);
        if (_reader.NextMessagePackType != MessagePackType.Map)
            throw Violation("expected a map");
        var count = _reader.ReadMapHeader();
        if (count > BytesLeft / 2)
            throw Violation("the map is longer than the frame");
        var limits = ChatProtocol.Limits.Default;
        var seen = new HashSet<string>();
        for (var i = 0; i < count; i++)
        {
            var name = Utf16(64);
            if (!seen.Add(name))
                throw Violation($"the key {name} comes twice");
            var value = Integer();
            limits = limits.With(name, (int)Math.Min(value, int.MaxValue));
        }
        return limits;
    }

    private void Next(string field)
    {
        _field = field;
        if (_left-- == 0)
            throw Violation("the field is missing");
    }

    /// <summary>An absent tail item and nil mean the same (CP-ENC-006).</summary>
    private bool Absent(string field)
    {
        _field = field;
        if (_left == 0)
            return true;
        _left--;
        return _reader.TryReadNil();
    }

    private int ArrayHeader()
    {
        if (_reader.NextMessagePackType != MessagePackType.Array)
            throw Violation("expected an array");
        var count = _reader.ReadArrayHeader();
        return count <= BytesLeft ? count : throw Violation("the array is longer than the frame");
    }

    private ulong Integer()
    {
        if (_reader.NextMessagePackType != MessagePackType.Integer)
            throw Violation("expected an integer");
        var code = _reader.NextCode;
        if (code is >= MessagePackCode.MinNegativeFixInt or (>= MessagePackCode.Int8 and <= MessagePackCode.Int64) && _reader.CreatePeekReader().ReadInt64() < 0)
            throw Violation("the number is negative");
        var value = _reader.ReadUInt64();
        return value <= ChatProtocol.Limits.MaxInteger ? value : throw Violation("the number is 2^53 or more");
    }

    private bool Boolean() =>
        _reader.NextMessagePackType == MessagePackType.Boolean ? _reader.ReadBoolean() : throw Violation("expected true or false");

    private ReadOnlySequence<byte> StringBytes()
    {
        if (_reader.NextMessagePackType != MessagePackType.String)
            throw Violation("expected a string");
        CheckLength32();
        return _reader.ReadStringSequence() ?? default;
    }

    /// <summary>
    /// The MessagePack reader takes a length of 2^31 or more for a negative one and throws an exception that no peer should be
    /// able to cause, so four-byte lengths are compared with the remaining bytes before the reader sees them.
    /// </summary>
    private readonly void CheckLength32()
    {
        if (_reader.NextCode is not (MessagePackCode.Str32 or MessagePackCode.Bin32))
            return;
        var head = new SequenceReader<byte>(_reader.Sequence.Slice(_reader.Position));
        head.Advance(1);
        if (head.TryReadBigEndian(out int length) && (uint)length > head.Remaining)
            throw Violation("longer than the frame");
    }

    private string Utf16(int maxBytes) => Utf16(StringBytes(), maxBytes);

    private readonly string Utf16(in ReadOnlySequence<byte> bytes, int maxBytes)
    {
        if (bytes.Length > maxBytes)
            throw Violation($"longer than {maxBytes} bytes");
        return IsUtf8(bytes) ? Encoding.UTF8.GetString(bytes) : throw Violation("no valid UTF-8");
    }

    private byte[] Bytes(int maxBytes)
    {
        if (_reader.NextMessagePackType != MessagePackType.Binary)
            throw Violation("expected binary");
        CheckLength32();
        var bytes = _reader.ReadBytes() ?? default;
        return bytes.Length <= maxBytes ? bytes.ToArray() : throw Violation($"longer than {maxBytes} bytes");
    }

    private byte[] Id()
    {
        var id = Bytes(16);
        return id.Length == 16 ? id : throw Violation("an id has 16 bytes");
    }

    /// <summary>
    /// Skips a value of a later version, which must keep the profile too. The depth is that of the value if it is an array or a
    /// map, since only those count (CP-ENC-011), and bounds the recursion.
    /// </summary>
    private void SkipValue(int depth)
    {
        switch (_reader.NextMessagePackType)
        {
            case MessagePackType.Array or MessagePackType.Map when depth > MaxDepth:
                throw Violation($"nested deeper than {MaxDepth}");
            case MessagePackType.Array:
                SkipValues(ArrayHeader(), depth + 1);
                break;
            case MessagePackType.Map:
                var pairs = _reader.ReadMapHeader();
                if (pairs > BytesLeft / 2)
                    throw Violation("the map is longer than the frame");
                SkipValues(2 * pairs, depth + 1);
                break;
            case MessagePackType.String:
                if (!IsUtf8(StringBytes()))
                    throw Violation("no valid UTF-8");
                break;
            case MessagePackType.Integer:
                Integer();
                break;
            case MessagePackType.Nil or MessagePackType.Boolean or MessagePackType.Binary:
                CheckLength32();
                _reader.Skip();
                break;
            default:
                throw Violation("floats and extension types are not part of the profile");
        }
    }

    private static bool IsUtf8(in ReadOnlySequence<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray());

    private void SkipValues(int count, int depth)
    {
        for (var i = 0; i < count; i++)
            SkipValue(depth);
    }
}

/// <summary>Reads one item of a list.</summary>
internal delegate T ItemReader<out T>(ref FieldReader reader);
