using System.Net;
using System.Net.Sockets;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>One address of the server, as a sockaddr for the kernel and as a name for people.</summary>
internal sealed record ServerAddress(string Name, EndPoint EndPoint, int Family, byte[] Bytes)
{
    /// <summary>Resolves an address; a host may have several.</summary>
    public static IReadOnlyList<ServerAddress> Resolve(ChatAddress address)
    {
        if (address.Path is { } path)
            return [Of(address.ToString(), new UnixDomainSocketEndPoint(path))];
        try
        {
            return [.. Dns.GetHostAddresses(address.Host!).Select(host => Of(address.ToString(), new IPEndPoint(host, address.Port)))];
        }
        catch (SocketException e)
        {
            throw new BenchException(ExitCode.Unreachable, $"no server can be reached at {address}: {e.Message}");
        }
    }

    public override string ToString() => Name;

    private static ServerAddress Of(string name, EndPoint endPoint)
    {
        var family = endPoint.AddressFamily switch
        {
            AddressFamily.Unix => LibC.UnixFamily,
            AddressFamily.InterNetworkV6 => LibC.Ip6Family,
            _ => LibC.Ip4Family,
        };
        var serialized = endPoint.Serialize();
        return new ServerAddress(name, endPoint, family, serialized.Buffer[..serialized.Size].ToArray());
    }
}
