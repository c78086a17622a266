using System.Buffers.Binary;

namespace ChatProtocol.Tools;

/// <summary>
/// Steps through a frame's fields without allocating, for frames that arrive by the million. A caller that needs the whole
/// frame decodes it instead.
/// </summary>
internal ref struct FrameScan
{
    private const byte Nil = 0xc0;

    private readonly ReadOnlySpan<byte> _payload;
    private int _at;

    /// <summary>Enters the frame's array and reads its code.</summary>
    public FrameScan(ReadOnlySpan<byte> payload)
    {
        _payload = payload;
        _at = payload[0] switch { 0xdc => 3, 0xdd => 5, _ => 1 };
        Code = (int)UInt();
    }

    public int Code { get; }

    /// <summary>An integer; 0 for nil.</summary>
    public ulong UInt()
    {
        var first = _payload[_at++];
        if (first < 0x80 || first == Nil)
            return first == Nil ? 0UL : first;
        switch (first)
        {
            case 0xcc:
                return _payload[_at++];
            case 0xcd:
                _at += 2;
                return BinaryPrimitives.ReadUInt16BigEndian(_payload[(_at - 2)..]);
            case 0xce:
                _at += 4;
                return BinaryPrimitives.ReadUInt32BigEndian(_payload[(_at - 4)..]);
            case 0xcf:
                _at += 8;
                return BinaryPrimitives.ReadUInt64BigEndian(_payload[(_at - 8)..]);
            default:
                throw Broken();
        }
    }

    /// <summary>The bytes of a string.</summary>
    public ReadOnlySpan<byte> String()
    {
        var first = _payload[_at++];
        var length = first switch
        {
            >= 0xa0 and < 0xc0 => first & 0x1f,
            0xd9 => _payload[_at],
            0xda => BinaryPrimitives.ReadUInt16BigEndian(_payload[_at..]),
            0xdb => BinaryPrimitives.ReadInt32BigEndian(_payload[_at..]),
            _ => throw Broken(),
        };
        _at += first switch { 0xd9 => 1, 0xda => 2, 0xdb => 4, _ => 0 };
        var bytes = _payload.Slice(_at, length);
        _at += length;
        return bytes;
    }

    private readonly BenchException Broken() =>
        new(ExitCode.Failed, $"the server broke the protocol in a frame of code {Code}: a field has another type than the spec gives it");
}
