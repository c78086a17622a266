using System.Globalization;
using System.Net;

namespace ChatProtocol.Server;

/// <summary>The address that health and metrics are served at, of a URL <c>http://ADDRESS:PORT</c>.</summary>
internal static class OperationsAddress
{
    private const string Scheme = "http://", Setting = "metrics";

    /// <exception cref="ServerException">The URL is wrong; the message says which are right.</exception>
    public static IPEndPoint Parse(string url)
    {
        var place = url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? url[Scheme.Length..].TrimEnd('/') : "";
        var colon = place.LastIndexOf(':');
        if (colon < 1
            || !int.TryParse(place[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort
            || ToAddress(place[..colon]) is not { } address)
            throw ServerException.WrongUsage($"metrics {url}: use http://ADDRESS:PORT, with an IP address and a port from 0 to {IPEndPoint.MaxPort}, such as http://127.0.0.1:9464", Setting, url);
        return new IPEndPoint(address, port);
    }

    /// <summary>The address; null if it is none. One of IPv6 has brackets.</summary>
    private static IPAddress? ToAddress(string host) =>
        host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address) && host.StartsWith('[') == host.Contains(':', StringComparison.Ordinal) ? address
        : null;
}
