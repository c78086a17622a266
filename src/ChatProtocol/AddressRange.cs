using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ChatProtocol;

/// <summary>
/// An IP address, or all that begin with the same bits: what is banned by <see cref="Ban.Address"/> (CP-BAN-004). An IPv4
/// address that IPv6 carries, mapped or by NAT64, is that IPv4 address.
/// </summary>
public readonly record struct AddressRange
{
    /// <summary>64:ff9b::/96, by which NAT64 carries IPv4.</summary>
    private static readonly UInt128 Nat64 = new(0x0064_ff9b_0000_0000, 0);

    private readonly UInt128 _bits;

    private AddressRange(UInt128 bits, int length, bool isV4)
    {
        Length = length;
        IsV4 = isV4;
        _bits = Mask(bits, length);
    }

    /// <summary>How many of the first bits are the same.</summary>
    public int Length { get; }

    /// <summary>Whether the addresses are of IPv4, which have 32 bits; those of IPv6 have 128.</summary>
    public bool IsV4 { get; }

    /// <summary>Whether it has so many addresses that somebody may have meant less: more than a /16, or a /32 of IPv6.</summary>
    public bool IsWide => Length < (IsV4 ? 16 : 32);

    /// <summary>Whether some of it is the machine itself.</summary>
    public bool HasLoopback => Contains(Loopback) || Loopback.Contains(this);

    /// <summary>What one customer has: an IPv4 address, and the /64 of an IPv6 address but for link-local ones.</summary>
    public AddressRange Usual => IsV4 || Length < 64 || new IPAddress(ToBytes()).IsIPv6LinkLocal ? this : Cut(64);

    private int MaxLength => IsV4 ? 32 : 128;

    private AddressRange Loopback => IsV4 ? Of(IPAddress.Loopback).Cut(8) : Of(IPAddress.IPv6Loopback);

    /// <summary>One address.</summary>
    public static AddressRange Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        // Those of IPv4 fill the first four.
        address.TryWriteBytes(bytes, out _);
        var bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return new AddressRange(bits, 32, isV4: true);
        var isCarried = bits >> 32 == 0xFFFF || bits >> 32 == Nat64 >> 32;
        return isCarried ? new AddressRange(bits << 96, 32, isV4: true) : new AddressRange(bits, 128, isV4: false);
    }

    /// <summary>
    /// Reads it as people write it: <c>203.0.113.7</c>, <c>203.0.113.0/24</c>, <c>2001:db8::/48</c>; null if it is none. An
    /// address without a length means the <see cref="Usual"/> range of it.
    /// </summary>
    public static AddressRange? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (ParseAddress(slash < 0 ? text : text[..slash]) is not { } address)
            return null;
        var range = Of(address);
        if (slash < 0)
            return range.Usual;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return null;
        // Of an address that is carried the length counts the bits that carry it.
        var own = range.IsV4 && address.AddressFamily == AddressFamily.InterNetworkV6 ? length - 96 : length;
        return own >= 0 && own <= range.MaxLength ? range.Cut(own) : null;
    }

    /// <summary>The address of one end of a connection, written as <c>203.0.113.7:50000</c> or <c>[2001:db8::7]:50000</c>; null if it is none.</summary>
    public static AddressRange? OfEndpoint(string endpoint) => IPEndPoint.TryParse(endpoint, out var parsed) ? Of(parsed.Address) : null;

    /// <summary>Whether every address of the other range is in this one.</summary>
    public bool Contains(AddressRange other) => IsV4 == other.IsV4 && Length <= other.Length && Mask(other._bits, Length) == _bits;

    /// <summary>The range around it that has only so many bits the same.</summary>
    public AddressRange Cut(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        return new(_bits, length, IsV4);
    }

    /// <summary>As <see cref="Parse"/> reads it; one IPv4 address without its length.</summary>
    public override string ToString() => IsV4 && Length == MaxLength
        ? new IPAddress(ToBytes()).ToString()
        : $"{new IPAddress(ToBytes())}/{Length.ToString(CultureInfo.InvariantCulture)}";

    private byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
        return IsV4 ? bytes[..4] : bytes;
    }

    /// <summary>Dotted quads alone: what else a library takes for an address may be somebody's name.</summary>
    private static IPAddress? ParseAddress(string text)
    {
        var isV6 = text.Contains(':', StringComparison.Ordinal) && text.AsSpan().IndexOfAny("%[]") < 0;
        var isV4 = text.Split('.') is { Length: 4 } parts && Array.TrueForAll(parts, IsOctet);
        return (isV6 || isV4) && IPAddress.TryParse(text, out var address) ? address : null;
    }

    private static bool IsOctet(string text) =>
        text is { Length: >= 1 and <= 3 } && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0');

    private static UInt128 Mask(UInt128 bits, int length) => length == 0 ? 0 : bits & (UInt128.MaxValue << (128 - length));
}
