using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatProtocol.Client;

/// <summary>
/// The address of a server: <c>chats://HOST:PORT</c> for TLS, <c>chat://HOST:PORT</c> in the clear, <c>unix:/path</c>, or
/// <c>legacy://HOST:PORT</c> for a plain text server, which <see cref="LegacyClient"/> joins. Immutable; compares by value. Settings and
/// arguments bind to it from their text.
/// </summary>
[TypeConverter(typeof(ChatAddressConverter))]
public sealed record ChatAddress : IParsable<ChatAddress>
{
    /// <summary>The port of <c>chat://HOST</c> and <c>chats://HOST</c>.</summary>
    public const int DefaultPort = 9999;

    private const string TcpScheme = "chat://";
    private const string TlsScheme = "chats://";
    private const string UnixScheme = "unix:";
    private const string LegacyScheme = "legacy://";
    // sun_path has 108 bytes on Linux, one of them for the terminating zero.
    private const int MaxPath = 107;

    private readonly string _scheme;

    private ChatAddress(string scheme, string? host, int port, string? path) => (_scheme, Host, Port, Path) = (scheme, host, port, path);

    /// <summary>The address that a server listens on by default: <c>chat://127.0.0.1:9999</c>.</summary>
    public static ChatAddress Default { get; } = new(TcpScheme, "127.0.0.1", DefaultPort, null);

    /// <summary>A host name or address, IPv6 without brackets; null for a Unix socket.</summary>
    public string? Host { get; }

    /// <summary>The port; 0 for a Unix socket.</summary>
    public int Port { get; }

    /// <summary>The Unix socket's path; null for TCP.</summary>
    public string? Path { get; }

    /// <summary>Whether the address is of a plain text server.</summary>
    public bool IsLegacy => _scheme == LegacyScheme;

    /// <summary>Whether the connection is encrypted, and the server proves who it is by its certificate.</summary>
    public bool IsTls => _scheme == TlsScheme;

    /// <summary>Whether the address itself is one of this machine: no name is looked up.</summary>
    internal bool IsNear => Path is not null || string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address);

    /// <summary>Reads an address as a user types it.</summary>
    /// <exception cref="FormatException">The text is not an address; the message says why, and shows the form of one.</exception>
    public static ChatAddress Parse(string text) =>
        TryParse(text, out var address, out var error) ? address : throw new FormatException(error);

    /// <summary>Reads an address as a user types it; nothing is looked up.</summary>
    /// <param name="text">The text as it was typed.</param>
    /// <param name="address">The address.</param>
    /// <param name="error">The reason why the text is not an address, to be told to the user.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out ChatAddress? address,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        error = text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase) ? ReadPath(text[UnixScheme.Length..], out address)
            : text.StartsWith(TcpScheme, StringComparison.OrdinalIgnoreCase) ? ReadHostAndPort(TcpScheme, text, out address)
            : text.StartsWith(LegacyScheme, StringComparison.OrdinalIgnoreCase) ? ReadHostAndPort(LegacyScheme, text, out address)
            : text.StartsWith(TlsScheme, StringComparison.OrdinalIgnoreCase) ? ReadHostAndPort(TlsScheme, text, out address)
            : "expected chats://HOST:PORT, chat://HOST:PORT, unix:/path or legacy://HOST:PORT";
        if (error is not null)
            error = $"'{text}' is not a server's address: {error}";
        return error is null;
    }

    // The same for every culture, whatever the provider.
    static ChatAddress IParsable<ChatAddress>.Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Reads an address as a user types it; nothing is looked up.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ChatAddress result)
    {
        result = null;
        return s is not null && TryParse(s, out result, out _);
    }

    /// <summary>The address in the form that <see cref="Parse(string)"/> reads.</summary>
    public override string ToString() =>
        Path is not null ? UnixScheme + Path
        : Host!.Contains(':', StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"{_scheme}[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{_scheme}{Host}:{Port}");

    /// <summary>
    /// The end points to try, in this order: the addresses of a host with the families alternating, otherwise in the
    /// system's order.
    /// </summary>
    internal async Task<List<EndPoint>> ResolveAsync(CancellationToken cancellationToken)
    {
        if (Path is not null)
            return [new UnixDomainSocketEndPoint(Path)];
        var addresses = await Dns.GetHostAddressesAsync(Host!, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        var preferred = addresses[0].AddressFamily;
        return [.. addresses
            .GroupBy(address => address.AddressFamily != preferred)
            .SelectMany(family => family.Distinct().Select((address, place) => (address, place)))
            .OrderBy(one => one.place)
            .Select(one => (EndPoint)new IPEndPoint(one.address, Port))];
    }

    private static string? ReadPath(string path, out ChatAddress? address)
    {
        address = null;
        if (!path.StartsWith('/'))
            return "the path behind unix: has to begin with /";
        if (path.Contains('\0', StringComparison.Ordinal))
            return "a path cannot contain a zero";
        if (Encoding.UTF8.GetByteCount(path) > MaxPath)
            return $"a socket's path has at most {MaxPath} bytes";
        address = new ChatAddress(UnixScheme, null, 0, path);
        return null;
    }

    private static string? ReadHostAndPort(string scheme, string text, out ChatAddress? address)
    {
        address = null;
        var rest = text[scheme.Length..];
        if (rest.EndsWith('/'))
            rest = rest[..^1];
        var error = rest.StartsWith('[') ? SplitBrackets(rest, out var host, out var port) : SplitPlain(rest, out host, out port);
        if (error is not null)
            return error;
        var number = DefaultPort;
        if (port is not null && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= 65535))
            return $"the port '{port}' is not a number from 1 to 65535";
        address = new ChatAddress(scheme, host, number, null);
        return null;
    }

    private static string? SplitBrackets(string rest, out string host, out string? port)
    {
        host = "";
        port = null;
        var end = rest.IndexOf(']', StringComparison.Ordinal);
        if (end < 0)
            return "the bracket is not closed";
        host = rest[1..end];
        if (!host.Contains(':', StringComparison.Ordinal) || !IPAddress.TryParse(host, out _))
            return $"'{host}' is not an IPv6 address";
        var tail = rest[(end + 1)..];
        if (tail.Length == 0)
            return null;
        port = tail[1..];
        return tail[0] == ':' ? null : "only a port may follow the brackets";
    }

    private static string? SplitPlain(string rest, out string host, out string? port)
    {
        var parts = rest.Split(':');
        host = parts[0];
        port = parts.Length > 1 ? parts[1] : null;
        if (parts.Length > 2)
            return "an IPv6 address has to stand in brackets, as in chat://[::1]:9999";
        if (host.Length == 0)
            return "the host is missing";
        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? $"'{host}' is not a host" : null;
    }
}
