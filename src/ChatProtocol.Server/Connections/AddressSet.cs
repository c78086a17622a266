using System.Net;
using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>
/// A set of addresses as an operator writes it: addresses, prefixes such as <c>10.0.0.0/8</c>, <c>unix</c>, or <c>none</c>.
/// </summary>
internal sealed class AddressSet
{
    private readonly List<IPNetwork> _networks = [];

    private AddressSet()
    {
    }

    /// <summary>Whether Unix sockets are in the set.</summary>
    public bool HasUnix { get; private set; }

    /// <param name="names">The entries as the operator wrote them.</param>
    /// <param name="setting">The setting that they stand in, for the message about a mistake.</param>
    /// <exception cref="ServerException">One of the entries is wrong.</exception>
    public static AddressSet Parse(IReadOnlyList<string> names, string setting)
    {
        var set = new AddressSet();
        if (names.Contains("none") && names.Count > 1)
            throw ServerException.WrongUsage($"{setting} {string.Join(',', names)}: none stands by itself", setting);
        foreach (var name in names.Where(name => name != "none"))
        {
            if (name == "unix")
                set.HasUnix = true;
            else
                set._networks.Add(ParseNetwork(name, setting));
        }
        return set;
    }

    /// <summary>Every mistake in the entries.</summary>
    public static IEnumerable<ServerException> FaultsOf(IReadOnlyList<string> names, string setting)
    {
        var faults = names.Select(name => FaultOf([name], setting)).OfType<ServerException>().ToList();
        return faults.Count > 0 || FaultOf(names, setting) is not { } together ? faults : [together];
    }

    /// <param name="address">In the form that <see cref="OriginResolver.Unmap"/> gives it.</param>
    public bool Contains(IPAddress address) => _networks.Exists(network => network.Contains(address));

    private static ServerException? FaultOf(IReadOnlyList<string> names, string setting)
    {
        try
        {
            Parse(names, setting);
            return null;
        }
        catch (ServerException e)
        {
            return e;
        }
    }

    private static IPNetwork ParseNetwork(string name, string setting)
    {
        if (IPAddress.TryParse(name, out var address) && name.Contains(address.AddressFamily == AddressFamily.InterNetwork ? '.' : ':', StringComparison.Ordinal))
            return new IPNetwork(OriginResolver.Unmap(address), OriginResolver.Unmap(address).GetAddressBytes().Length * 8);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && IPNetwork.TryParse(name, out var network))
            return network;
        throw ServerException.WrongUsage(slash > 0 && IPAddress.TryParse(name[..slash], out _)
            ? $"{setting} {name}: that is no prefix of such an address"
            : $"{setting} {name}: use addresses, prefixes such as 10.0.0.0/8, unix or none, separated by commas", setting, name);
    }
}
