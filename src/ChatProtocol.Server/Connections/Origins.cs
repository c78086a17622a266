using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Tells where connections come from, as far as bounds go: what is counted as one address, and who is near. Thread-safe.</summary>
internal sealed class Origins
{
    private const string UnixKey = "unix";

    /// <summary>Bytes of an IPv6 address that its network gives.</summary>
    private const int PrefixBytes = 8;

    /// <summary>How long what is known of this machine's own networks is good.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>The well-known prefix of IPv4 addresses that came through NAT64.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private readonly AddressSet _near;
    private readonly AddressSet _proxies;
    private readonly TimeProvider _time;
    private volatile OwnPrefixes? _own;

    /// <param name="near">Who counts as the same machine.</param>
    /// <param name="proxies">Who is believed to say whom a connection is for.</param>
    /// <param name="time">The clock.</param>
    public Origins(AddressSet near, AddressSet proxies, TimeProvider time)
    {
        _near = near;
        _proxies = proxies;
        _time = time;
    }

    /// <summary>Whether what is at the other end may say whom it speaks for.</summary>
    public bool IsProxy(EndPoint? remote) => remote is IPEndPoint ip ? _proxies.Contains(Unmap(ip.Address)) : _proxies.HasUnix;

    /// <summary>Where a connection comes from that nobody but itself speaks for.</summary>
    public Origin Of(EndPoint? remote) => remote is IPEndPoint ip
        ? new Origin(KeyOf(Unmap(ip.Address)), _near.Contains(Unmap(ip.Address)))
        : new Origin(UnixKey, _near.HasUnix);

    /// <summary>Where one comes from that a proxy speaks for, or that is the proxy's own: never near, whatever the address.</summary>
    public Origin Behind(EndPoint? named) => Of(named) with { IsNear = false };

    /// <summary>An address in the one form in which it is counted, compared and shown.</summary>
    public static IPAddress Unmap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : address;

    /// <summary>A whole network of IPv6 is usually one household or one machine; on the networks that this machine is on, and on the link, each address is somebody.</summary>
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
                // A sandbox that does not tell: then no network is our own.
                return new OwnPrefixes([], now);
            }
        }

        public bool Contains(IPAddress address) => Prefixes.Contains(PrefixOf(address));

        private static ulong PrefixOf(IPAddress address) => BitConverter.ToUInt64(address.GetAddressBytes());
    }
}
