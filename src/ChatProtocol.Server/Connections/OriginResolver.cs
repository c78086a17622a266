using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Finds the origin of a connection: the key by which its address is counted, and whether it is near. Thread-safe.</summary>
internal sealed class OriginResolver
{
    private const string UnixKey = "unix";

    /// <summary>The bytes of an IPv6 address that are its network's.</summary>
    private const int PrefixBytes = 8;

    /// <summary>How long the list of this machine's own networks is used before it is read again.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>The well-known prefix of IPv4 addresses that came through NAT64.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private readonly AddressSet _near;
    private readonly AddressSet _proxies;
    private readonly TimeProvider _time;
    private volatile OwnPrefixes? _own;

    /// <param name="near">The addresses that count as the same machine.</param>
    /// <param name="proxies">The proxies that are believed about the client that a connection is for.</param>
    /// <param name="time">The clock.</param>
    public OriginResolver(AddressSet near, AddressSet proxies, TimeProvider time)
    {
        _near = near;
        _proxies = proxies;
        _time = time;
    }

    /// <summary>Whether the peer is a proxy, which may name the client that it speaks for.</summary>
    public bool IsProxy(EndPoint? remote) => remote is IPEndPoint ip ? _proxies.Contains(Unmap(ip.Address)) : _proxies.HasUnix;

    /// <summary>The origin of a connection that came without a proxy.</summary>
    public Origin Of(EndPoint? remote) => remote is IPEndPoint ip
        ? new Origin(KeyOf(Unmap(ip.Address)), _near.Contains(Unmap(ip.Address)))
        : new Origin(UnixKey, _near.HasUnix);

    /// <summary>The origin of a client that a proxy names, or of the proxy's own connection: never near, whatever the address.</summary>
    public Origin Behind(EndPoint? named) => Of(named) with { IsNear = false };

    /// <summary>An address in the one form in which it is counted, compared and shown.</summary>
    public static IPAddress Unmap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : address;

    /// <summary>
    /// The key that an address is counted by. An IPv6 network is usually one household or one machine; on this machine's own networks and
    /// on the link each address counts by itself.
    /// </summary>
    private string KeyOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv6LinkLocal || IPAddress.IsLoopback(address) || Own().Contains(address))
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    private OwnPrefixes Own()
    {
        var own = _own;
        if (own is null || _time.GetElapsedTime(own.Since) > Fresh)
            _own = own = OwnPrefixes.Look(_time.GetTimestamp());
        return own;
    }

    private sealed record OwnPrefixes(HashSet<ulong> Prefixes, long Since)
    {
        public static OwnPrefixes Look(long now)
        {
            try
            {
                var addresses = NetworkInterface.GetAllNetworkInterfaces()
                    .SelectMany(each => each.GetIPProperties().UnicastAddresses)
                    .Select(each => each.Address)
                    .Where(each => each.AddressFamily == AddressFamily.InterNetworkV6 && !each.IsIPv6LinkLocal);
                return new OwnPrefixes([.. addresses.Select(PrefixOf)], now);
            }
            catch (NetworkInformationException)
            {
                // A sandbox may hide the networks: then none counts as this machine's own.
                return new OwnPrefixes([], now);
            }
        }

        public bool Contains(IPAddress address) => Prefixes.Contains(PrefixOf(address));

        private static ulong PrefixOf(IPAddress address) => BitConverter.ToUInt64(address.GetAddressBytes());
    }
}
