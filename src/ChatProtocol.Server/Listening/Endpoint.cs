using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatProtocol.Server;

/// <summary>An endpoint to listen at, given by its URL.</summary>
internal abstract record Endpoint
{
    /// <summary>A Unix socket's path may have this many bytes, with a zero behind them.</summary>
    private const int MaxPathBytes = 107;

    /// <summary>The name of the setting that lists the endpoints.</summary>
    private const string Setting = "listen";

    /// <summary>The risk that has to be allowed where plain text clients are served beyond this machine: it includes all others.</summary>
    private const string LegacyRisk = "legacy";

    private const string GuestRisk = "guests";

    private static readonly string[] Risks = ["plaintext", GuestRisk];

    private static readonly string[] Permissions = [.. Risks, LegacyRisk];

    /// <summary>The scheme of the URL, as the ready line shows it.</summary>
    public abstract string Scheme { get; }

    /// <summary>The URL as its operator writes it.</summary>
    public abstract string Url { get; }

    /// <summary>The address that is bound.</summary>
    public abstract EndPoint Where { get; }

    /// <summary>A TCP port where the first bytes of a connection decide which protocol it speaks.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Port">The port; 0 for a free one.</param>
    /// <param name="ServesLegacy">Whether plain text is one of the protocols.</param>
    public sealed record Tcp(IPAddress Address, int Port, bool ServesLegacy) : Endpoint
    {
        /// <summary>Whether every connection begins with a TLS handshake; the first bytes behind it decide.</summary>
        public bool IsTls { get; init; }

        /// <summary>Whether guests may log in, and not only users with an account.</summary>
        public bool LetsGuestsIn { get; init; } = true;

        public override string Scheme => IsTls ? "tls" : "tcp";

        public override string Url => $"{Scheme}://{Where}";

        public override IPEndPoint Where => new(Address, Port);
    }

    /// <summary>A TCP port for plain text clients alone.</summary>
    public sealed record Legacy(IPAddress Address, int Port) : Endpoint
    {
        public override string Scheme => "legacy";

        public override string Url => $"{Scheme}://{Where}";

        public override IPEndPoint Where => new(Address, Port);
    }

    /// <summary>A Unix socket, for the native protocol only.</summary>
    public sealed record Unix(string Path, bool IsAdmin) : Endpoint
    {
        public override string Scheme => IsAdmin ? "admin" : "unix";

        public override string Url => $"{Scheme}:{Path}";

        public override UnixDomainSocketEndPoint Where => new(Path);
    }

    /// <summary>
    /// Whether IPv4 is left to another endpoint. By itself [::] serves both, and binding would then fail because the port is in use.
    /// </summary>
    public bool IsIPv6Only { get; init; }

    /// <summary>Reads all URLs, and settles which of two overlapping endpoints serves IPv4.</summary>
    /// <exception cref="ServerException">A URL is wrong, is not allowed, or is listed twice.</exception>
    public static List<Endpoint> ParseAll(IReadOnlyList<string> urls, IReadOnlyList<string> allow)
    {
        var all = urls.SelectMany(url => Parse(url, allow)).ToList();
        foreach (var same in all.Where(endpoint => endpoint.Where is not IPEndPoint { Port: 0 }).GroupBy(endpoint => endpoint.Where).Where(group => group.Count() > 1))
            throw ServerException.WrongUsage($"cannot listen at {same.Last().Url} twice: leave one of {string.Join(" and ", same.Select(endpoint => endpoint.Url))} out", Setting);
        var portsOfIPv4 = all.Select(endpoint => endpoint.Where).OfType<IPEndPoint>()
            .Where(where => where.AddressFamily == AddressFamily.InterNetwork && where.Port != 0).Select(where => where.Port).ToHashSet();
        return all.ConvertAll(endpoint => endpoint.Where is IPEndPoint where && where.Address.Equals(IPAddress.IPv6Any) && portsOfIPv4.Contains(where.Port)
            ? endpoint with { IsIPv6Only = true }
            : endpoint);
    }

    /// <summary>Every mistake in the URLs and in the risks that are allowed.</summary>
    public static IEnumerable<ServerException> FaultsOf(IReadOnlyList<string> urls, IReadOnlyList<string> allow)
    {
        var faults = allow.Where(permission => !Permissions.Contains(permission)).Select(NoPermission).ToList();
        if (faults.Count == 0)
            faults.AddRange(urls.Select(url => FaultOf([url], allow)).OfType<ServerException>());
        return faults.Count > 0 || FaultOf(urls, allow) is not { } together ? faults : [together];
    }

    /// <summary>Reads a URL and checks that it is allowed.</summary>
    /// <exception cref="ServerException">The URL is wrong or not allowed.</exception>
    public static IEnumerable<Endpoint> Parse(string url, IReadOnlyList<string> allow)
    {
        if (allow.FirstOrDefault(permission => !Permissions.Contains(permission)) is { } unknown)
            throw NoPermission(unknown);
        if (url.StartsWith("unix:", StringComparison.Ordinal))
            return [AtPath(url["unix:".Length..], isAdmin: false)];
        if (url.StartsWith("tcp://", StringComparison.Ordinal))
            return ParseTcp(url, allow);
        if (url.StartsWith("tls://", StringComparison.Ordinal))
            return ParseTls(url, allow);
        if (url.StartsWith("legacy://", StringComparison.Ordinal))
            return ParseLegacy(url, allow);
        throw ServerException.WrongUsage($"cannot listen at {url}: use tls://HOST:PORT, tcp://HOST:PORT, legacy://HOST:PORT or unix:/path", Setting, url);
    }

    /// <summary>One sentence for the operator after binding failed.</summary>
    public string ExplainBindFailure(SocketException failure) =>
        $"cannot listen at {Url}: " + (failure.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse when this is Unix unix && UnixSocketFile.IsSomethingElse(unix.Path) => "a file is there that is no socket",
            SocketError.AddressAlreadyInUse => "it is in use. Is another chatd running? Stop it, or choose another place with --listen.",
            SocketError.AddressNotAvailable when this is Unix unix => $"the folder {Path.GetDirectoryName(unix.Path)} does not exist",
            SocketError.AddressNotAvailable => "this machine has no such address",
            SocketError.AddressFamilyNotSupported => "this machine has no IPv6",
            SocketError.AccessDenied => "permission denied: a port below 1024 is for root, and a socket's folder has to be ours to write",
            _ => failure.Message,
        });

    /// <summary>A Unix socket at a path that begins at the root and is short enough.</summary>
    public static Unix AtPath(string path, bool isAdmin)
    {
        if (path.Length == 0 || Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
            throw ServerException.WrongUsage($"the socket's path {path} has to be 1 to {MaxPathBytes} bytes long; choose a shorter folder", isAdmin ? "data" : Setting, $"unix:{path}");
        if (!path.StartsWith('/'))
            throw ServerException.WrongUsage($"cannot listen at unix:{path}: the path has to begin with /", Setting, $"unix:{path}");
        return new Unix(path, isAdmin);
    }

    /// <summary>A port for every protocol, at addresses that are allowed.</summary>
    /// <exception cref="ServerException">The addresses can be reached from other machines, and that was not allowed.</exception>
    public static Tcp[] TcpAt(string url, IPAddress[] addresses, int port, IReadOnlyList<string> allow)
    {
        // Deny by default: an operator who opens a port to the network names the risk.
        if (AreBeyondThisMachine(addresses) && Risks.Except(allow).ToList() is { Count: > 0 } missing)
            throw ServerException.WrongUsage($"{url} can be reached from other machines, where everything would travel unencrypted and anybody could log in as a guest: use tls:// instead, or allow it with --allow {string.Join(',', missing)}", Setting, url);
        var servesLegacy = !AreBeyondThisMachine(addresses) || allow.Contains(LegacyRisk);
        return [.. addresses.Select(address => new Tcp(address, port, servesLegacy))];
    }

    /// <summary>A port for every protocol inside TLS. Where other machines reach it, only accounts are let in unless more is allowed.</summary>
    public static Tcp[] TlsAt(IPAddress[] addresses, int port, IReadOnlyList<string> allow)
    {
        var isBeyond = AreBeyondThisMachine(addresses);
        return [.. addresses.Select(address => new Tcp(address, port, !isBeyond || allow.Contains(LegacyRisk)) { IsTls = true, LetsGuestsIn = !isBeyond || allow.Contains(GuestRisk) })];
    }

    /// <summary>A port for plain text alone, at addresses that are allowed.</summary>
    /// <exception cref="ServerException">The addresses can be reached from other machines, and that was not allowed.</exception>
    public static Legacy[] LegacyAt(string url, IPAddress[] addresses, int port, IReadOnlyList<string> allow)
    {
        if (AreBeyondThisMachine(addresses) && !allow.Contains(LegacyRisk))
            throw ServerException.WrongUsage($"{url} can be reached from other machines, where everything would travel unencrypted and anybody could talk without as much as a name: allow it with --allow {LegacyRisk}", Setting, url);
        return [.. addresses.Select(address => new Legacy(address, port))];
    }

    private static ServerException NoPermission(string permission) =>
        ServerException.WrongUsage($"allow {permission}: there is only {string.Join(", ", Permissions)}", "allow", permission);

    private static ServerException? FaultOf(IReadOnlyList<string> urls, IReadOnlyList<string> allow)
    {
        try
        {
            ParseAll(urls, allow);
            return null;
        }
        catch (ServerException e)
        {
            return e;
        }
    }

    private static Tcp[] ParseTcp(string url, IReadOnlyList<string> allow)
    {
        var (addresses, port) = ParseHostAndPort(url);
        return TcpAt(url, addresses, port, allow);
    }

    private static Tcp[] ParseTls(string url, IReadOnlyList<string> allow)
    {
        var (addresses, port) = ParseHostAndPort(url);
        return TlsAt(addresses, port, allow);
    }

    private static Legacy[] ParseLegacy(string url, IReadOnlyList<string> allow)
    {
        var (addresses, port) = ParseHostAndPort(url);
        return LegacyAt(url, addresses, port, allow);
    }

    private static bool AreBeyondThisMachine(IPAddress[] addresses) => addresses.Any(address => !IPAddress.IsLoopback(address));

    private static (IPAddress[] Addresses, int Port) ParseHostAndPort(string url)
    {
        var behindScheme = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var hostAndPort = url[behindScheme..];
        var colon = hostAndPort.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(hostAndPort[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
            throw ServerException.WrongUsage($"cannot listen at {url}: use {url[..behindScheme]}HOST:PORT with a port from 0 to {IPEndPoint.MaxPort}", Setting, url);
        return (Resolve(url, hostAndPort[..colon].Trim('[', ']')), port);
    }

    private static IPAddress[] Resolve(string url, string host)
    {
        if (host == "*")
            return [IPAddress.Any];
        if (IPAddress.TryParse(host, out var address))
            return [address];
        try
        {
            // "localhost" is often both ::1 and 127.0.0.1. The former may be missing on a machine, the latter never is.
            var all = Dns.GetHostAddresses(host);
            return all.Any(IPAddress.IsLoopback) ? [.. all.Where(a => a.AddressFamily == AddressFamily.InterNetwork)] : all;
        }
        catch (SocketException e)
        {
            throw new ServerException($"cannot listen at {url}: the host {host} is not known", e) { Setting = Setting, Value = url };
        }
    }
}
