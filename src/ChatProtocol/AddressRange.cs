using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ChatProtocol;

/// <summary>
/// An IP address, or a prefix: the range that <see cref="Ban.Address"/> bans (CP-BAN-004). An IPv4 address carried in an IPv6
/// one, mapped or by NAT64, is that IPv4 address.
/// </summary>
public readonly record struct AddressRange
{
    /// <summary>64:ff9b::/96, the NAT64 prefix of IPv4 addresses.</summary>
    private static readonly UInt128 Nat64 = new(0x0064_ff9b_0000_0000, 0);

    private readonly UInt128 _bits;

    private AddressRange(UInt128 bits, int length, bool isV4)
    {
        Length = length;
        IsV4 = isV4;
        _bits = Mask(bits, length);
    }

    /// <summary>The length of the prefix, in bits.</summary>
    public int Length { get; }

    /// <summary>Whether the range is of IPv4 (32 bits) and not of IPv6 (128 bits).</summary>
    public bool IsV4 { get; }

    /// <summary>Whether the range is so wide that it may be a mistake: wider than a /16, or a /32 of IPv6.</summary>
    public bool IsWide => Length < (IsV4 ? 16 : 32);

    /// <summary>Whether the range holds loopback addresses, those of the machine itself.</summary>
    public bool HasLoopback => Contains(Loopback) || Loopback.Contains(this);

    /// <summary>The range that one customer usually has: an IPv4 address alone, or the /64 of an IPv6 address unless it is link-local.</summary>
    public AddressRange Usual => IsV4 || Length < 64 || new IPAddress(ToBytes()).IsIPv6LinkLocal ? this : Cut(64);

    private int MaxLength => IsV4 ? 32 : 128;

    private AddressRange Loopback => IsV4 ? Of(IPAddress.Loopback).Cut(8) : Of(IPAddress.IPv6Loopback);

    /// <summary>The range of one address alone.</summary>
    public static AddressRange Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        // An IPv4 address fills the first four bytes.
        address.TryWriteBytes(bytes, out _);
        var bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return new AddressRange(bits, 32, isV4: true);
        var isCarried = bits >> 32 == 0xFFFF || bits >> 32 == Nat64 >> 32;
        return isCarried ? new AddressRange(bits << 96, 32, isV4: true) : new AddressRange(bits, 128, isV4: false);
    }

    /// <summary>
    /// Parses the text forms <c>203.0.113.7</c>, <c>203.0.113.0/24</c>, <c>2001:db8::/48</c>; null if the text is none of them.
    /// An address without a length means its <see cref="Usual"/> range.
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
        // The length of an IPv4 range written as IPv6 includes the 96 bits that carry it.
        var own = range.IsV4 && address.AddressFamily == AddressFamily.InterNetworkV6 ? length - 96 : length;
        return own >= 0 && own <= range.MaxLength ? range.Cut(own) : null;
    }

    /// <summary>
    /// The address of an endpoint, written as <c>203.0.113.7:50000</c> or <c>[2001:db8::7]:50000</c>; null if the text is no
    /// endpoint.
    /// </summary>
    public static AddressRange? OfEndpoint(string endpoint) => IPEndPoint.TryParse(endpoint, out var parsed) ? Of(parsed.Address) : null;

    /// <summary>Whether every address of the other range is in this one.</summary>
    public bool Contains(AddressRange other) => IsV4 == other.IsV4 && Length <= other.Length && Mask(other._bits, Length) == _bits;

    /// <summary>The range around this one with a shorter prefix, of so many bits.</summary>
    public AddressRange Cut(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        return new(_bits, length, IsV4);
    }

    /// <summary>The form that <see cref="Parse"/> reads; a single IPv4 address has no length.</summary>
    public override string ToString() => IsV4 && Length == MaxLength
        ? new IPAddress(ToBytes()).ToString()
        : $"{new IPAddress(ToBytes())}/{Length.ToString(CultureInfo.InvariantCulture)}";

    private byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
        return IsV4 ? bytes[..4] : bytes;
    }

    /// <summary>For IPv4, dotted quads alone: other text that the library takes for an address may be a user's name.</summary>
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
