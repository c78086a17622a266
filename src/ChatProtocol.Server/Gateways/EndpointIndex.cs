using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The connected sessions by their network endpoint and by their port, for clients that name others by these. Hub's thread
/// only.
/// </summary>
internal sealed class EndpointIndex
{
    private readonly Dictionary<string, List<Session>> _sessions = [];

    /// <param name="address">The session's endpoint; one without a port, such as that of a Unix socket, is not kept.</param>
    /// <param name="session">The session.</param>
    public void Add(string address, Session session)
    {
        foreach (var key in KeysOf(address))
        {
            if (!_sessions.TryGetValue(key, out var there))
                _sessions.Add(key, there = []);
            there.Add(session);
        }
    }

    public void Remove(string address, Session session)
    {
        foreach (var key in KeysOf(address))
            if (_sessions.TryGetValue(key, out var there) && there.Remove(session) && there.Count == 0)
                _sessions.Remove(key);
    }

    /// <summary>
    /// The user at an endpoint, or the only one at a port; null if there is none, and where several have that port, rather than
    /// the wrong one (CP-LEG-016).
    /// </summary>
    /// <param name="endpoint">Such as <c>127.0.0.1:54321</c>, <c>[::1]:54321</c>, or <c>:54321</c> for a port.</param>
    public UserInfo? Find(string endpoint)
    {
        var users = _sessions.GetValueOrDefault(endpoint)?.Select(ChatHub.UserOf).OfType<UserInfo>().Distinct().ToList();
        return users is [var only] ? only : null;
    }

    private static IEnumerable<string> KeysOf(string address) =>
        address.LastIndexOf(':') is >= 0 and var colon ? [address, address[colon..]] : [];
}
