using System.Net;
using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>Some addresses, as an operator names them: addresses, prefixes such as <c>10.0.0.0/8</c>, <c>unix</c>, or <c>none</c>.</summary>
internal sealed class AddressSet
{
    private readonly List<IPNetwork> _networks = [];

    private AddressSet()
    {
    }

    /// <summary>Whether Unix sockets are meant.</summary>
    public bool HasUnix { get; private set; }

    /// <param name="names">What the operator wrote.</param>
    /// <param name="option">Where, for what is said of a mistake.</param>
    /// <exception cref="ServerException">One of them is none of these.</exception>
    public static AddressSet Parse(IReadOnlyList<string> names, string option)
    {
        var set = new AddressSet();
        if (names.Contains("none") && names.Count > 1)
            throw ServerException.WrongUsage($"{option} {string.Join(',', names)}: none stands by itself");
        foreach (var name in names.Where(name => name != "none"))
        {
            if (name == "unix")
                set.HasUnix = true;
            else
                set._networks.Add(ParseNetwork(name, option));
        }
        return set;
    }

    /// <param name="address">As <see cref="Origins.Unmap"/> gives it.</param>
    public bool Contains(IPAddress address) => _networks.Exists(network => network.Contains(address));

    private static IPNetwork ParseNetwork(string name, string option)
    {
        if (IPAddress.TryParse(name, out var address) && name.Contains(address.AddressFamily == AddressFamily.InterNetwork ? '.' : ':', StringComparison.Ordinal))
            return new IPNetwork(Origins.Unmap(address), Origins.Unmap(address).GetAddressBytes().Length * 8);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && IPNetwork.TryParse(name, out var network))
            return network;
        throw ServerException.WrongUsage(slash > 0 && IPAddress.TryParse(name[..slash], out _)
            ? $"{option} {name}: that is no prefix of such an address"
            : $"{option} {name}: use addresses, prefixes such as 10.0.0.0/8, unix or none, separated by commas");
    }
}
