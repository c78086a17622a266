namespace ChatProtocol.Hub;

/// <summary>Principals by address: text clients name others by address or port (CP-LEG-016).</summary>
internal sealed class Addresses
{
    private readonly Dictionary<string, List<Session>> _sessions = [];

    public void Add(Session session)
    {
        foreach (var key in Keys(session))
        {
            if (!_sessions.TryGetValue(key, out var there))
                _sessions.Add(key, there = []);
            there.Add(session);
        }
    }

    public void Remove(Session session)
    {
        foreach (var key in Keys(session))
            if (_sessions.TryGetValue(key, out var there) && there.Remove(session) && there.Count == 0)
                _sessions.Remove(key);
    }

    /// <summary>The principal at an address, or the only one at a port; null where two have that port, rather than the wrong one.</summary>
    /// <param name="address">In the form of <see cref="LegacyTarget.ToAddress"/>.</param>
    public Principal? Find(string address)
    {
        var there = _sessions.GetValueOrDefault(address)?.Where(session => session.IsReady).Select(session => session.Principal).Distinct().ToList();
        return there is [var only] ? only : null;
    }

    private static IEnumerable<string> Keys(Session session)
    {
        var address = session.Peer.Address;
        // Only a network address has a port.
        return address.LastIndexOf(':') is >= 0 and var colon ? [address, address[colon..]] : [];
    }
}
