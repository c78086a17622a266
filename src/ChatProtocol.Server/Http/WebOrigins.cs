using System.Net;
using Microsoft.AspNetCore.Http;

namespace ChatProtocol.Server;

/// <summary>
/// Decides by which names the server is asked over HTTP, and which pages may open a WebSocket. A browser asks whatever a page names, with the
/// page's origin beside it; and a stranger's page can make its own name lead here (DNS rebinding), so the name that was asked for has to be one of
/// the server's own (CP-WSK-002, CP-WSK-003). Thread-safe.
/// </summary>
/// <param name="allowed">The origins that are allowed beside the server's own, as <see cref="FaultsOf"/> finds them right.</param>
/// <param name="isInCertificate">Whether the server's certificate is for this name.</param>
internal sealed class WebOrigins(IReadOnlyList<string> allowed, Func<string, bool> isInCertificate)
{
    /// <summary>The path of the WebSocket.</summary>
    public const string WebSocketPath = "/ws";

    private const string Setting = "allow-origin";

    private readonly List<Uri> _allowed = [.. allowed.Select(origin => new Uri(origin))];
    private readonly string _machine = Dns.GetHostName();

    /// <summary>The faults of origins that are to be allowed.</summary>
    public static IEnumerable<ServerException> FaultsOf(IReadOnlyList<string> origins) => origins.Where(origin => !IsOrigin(origin)).Select(origin =>
        ServerException.WrongUsage($"{Setting} {origin}: use the beginning of a page's address, such as https://chat.example.org or http://10.0.0.5:8080, without anything behind it", Setting, origin));

    /// <summary>Why a request is refused for the name that it asks, or for the page that it comes from; null if it is not.</summary>
    public string? FindRefusal(HttpRequest request)
    {
        var (host, origin) = (request.Host, request.Headers.Origin.ToString());
        var asked = Uri.TryCreate($"{request.Scheme}://{host.ToUriComponent()}", UriKind.Absolute, out var uri) ? uri : null;
        if (asked is null || !IsServed(asked.IdnHost))
            return $"this server does not go by the name {host.Host}: use its address, or have the name allowed with --{Setting} {request.Scheme}://{host}";
        if (request.Path != WebSocketPath || origin.Length == 0 || MayOpen(origin, asked))
            return null;
        return IsOrigin(origin)
            ? $"pages of {origin} may not open a WebSocket here: have them allowed with --{Setting} {origin}"
            : "a page that has no origin of its own may not open a WebSocket here";
    }

    /// <summary>Whether the server goes by this name: an address, this machine's name, one in the certificate or of an allowed origin.</summary>
    private bool IsServed(string name) =>
        name.Length > 0
        && (IPAddress.TryParse(name, out _) || Is(name, "localhost") || Is(name, _machine) || Is(name, $"{_machine}.local") || isInCertificate(name)
            || _allowed.Any(origin => Is(name, origin.IdnHost)));

    private bool MayOpen(string origin, Uri asked) =>
        IsOrigin(origin) && new Uri(origin) is var page && (IsSame(page, asked) || _allowed.Any(allowed => IsSame(page, allowed)));

    private static bool IsSame(Uri one, Uri other) => one.Scheme == other.Scheme && Is(one.IdnHost, other.IdnHost) && one.Port == other.Port;

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Scheme, host and port, and nothing else.</summary>
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
        && (text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase) || text.Equals($"{uri.Scheme}://{uri.IdnHost}:{uri.Port}", StringComparison.OrdinalIgnoreCase))
        && uri.UserInfo.Length == 0;
}
