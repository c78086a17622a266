using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatProtocol.Client;

/// <summary>
/// Where a server listens: <c>chat://HOST:PORT</c>, <c>unix:/path</c>, or <c>legacy://HOST:PORT</c> for one of plain text, which
/// <see cref="LegacyClient"/> joins. Immutable; compares by value.
/// </summary>
public sealed record ChatAddress
{
    /// <summary>The port that <c>chat://HOST</c> means.</summary>
    public const int DefaultPort = 9999;

    private const string TcpScheme = "chat://";
    private const string UnixScheme = "unix:";
    private const string LegacyScheme = "legacy://";
    // sun_path has 108 bytes on Linux, one of them for the terminating zero.
    private const int MaxPath = 107;

    private ChatAddress(string? host, int port, string? path, bool isLegacy = false) => (Host, Port, Path, IsLegacy) = (host, port, path, isLegacy);

    /// <summary>Where a server listens that was told nothing: <c>chat://127.0.0.1:9999</c>.</summary>
    public static ChatAddress Default { get; } = new("127.0.0.1", DefaultPort, null);

    /// <summary>A host name or address, IPv6 without brackets; null for a Unix socket.</summary>
    public string? Host { get; }

    /// <summary>The port; 0 for a Unix socket.</summary>
    public int Port { get; }

    /// <summary>The Unix socket's path; null for TCP.</summary>
    public string? Path { get; }

    /// <summary>Whether a server of plain text listens there.</summary>
    public bool IsLegacy { get; }

    /// <summary>Reads an address as a user types it.</summary>
    /// <exception cref="FormatException">It is none; the message says why and how one looks.</exception>
    public static ChatAddress Parse(string text) =>
        TryParse(text, out var address, out var complaint) ? address : throw new FormatException(complaint);

    /// <summary>Reads an address as a user types it; nothing is looked up.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="address">The address.</param>
    /// <param name="complaint">What is wrong, to be told to the user.</param>
    public static bool TryParse(
        string text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ChatAddress? address,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? complaint)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        complaint = text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase) ? ReadPath(text[UnixScheme.Length..], out address)
            : text.StartsWith(TcpScheme, StringComparison.OrdinalIgnoreCase) ? ReadHostAndPort(text[TcpScheme.Length..], isLegacy: false, out address)
            : text.StartsWith(LegacyScheme, StringComparison.OrdinalIgnoreCase) ? ReadHostAndPort(text[LegacyScheme.Length..], isLegacy: true, out address)
            : text.StartsWith("chats://", StringComparison.OrdinalIgnoreCase) ? "chats:// (TLS) is not supported by this version; use chat:// or unix:"
            : "expected chat://HOST:PORT, unix:/path or legacy://HOST:PORT";
        if (complaint is not null)
            complaint = $"'{text}' is not a server's address: {complaint}";
        return complaint is null;
    }

    /// <summary>The address as <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        Path is not null ? UnixScheme + Path
        : Host!.Contains(':', StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"{Scheme}[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Scheme}{Host}:{Port}");

    private string Scheme => IsLegacy ? LegacyScheme : TcpScheme;

    internal async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = Path is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (Path is null)
                await socket.ConnectAsync(Host!, Port, cancellationToken).ConfigureAwait(false);
            else
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
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
        address = new ChatAddress(null, 0, path);
        return null;
    }

    private static string? ReadHostAndPort(string rest, bool isLegacy, out ChatAddress? address)
    {
        address = null;
        if (rest.EndsWith('/'))
            rest = rest[..^1];
        var complaint = rest.StartsWith('[') ? SplitBrackets(rest, out var host, out var port) : SplitPlain(rest, out host, out port);
        if (complaint is not null)
            return complaint;
        var number = DefaultPort;
        if (port is not null && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= 65535))
            return $"the port '{port}' is not a number from 1 to 65535";
        address = new ChatAddress(host, number, null, isLegacy);
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
