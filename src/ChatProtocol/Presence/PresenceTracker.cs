namespace ChatProtocol;

/// <summary>
/// The members of one room, as a client keeps them: from the list that it asked for with <see cref="Members"/>, and from each
/// <see cref="Presence"/> that came since (section 8 of the spec). Not thread-safe.
/// </summary>
public sealed class PresenceTracker
{
    private readonly Dictionary<ulong, string> _names = [];
    private bool _isLost;

    /// <summary>How many members the room has, as the last <see cref="Presence"/> told; 0 before the first.</summary>
    public ulong Count { get; private set; }

    /// <summary>The names of the known members, by principal.</summary>
    public IReadOnlyDictionary<ulong, string> Names => _names;

    /// <summary>Whether all members are known. Until then somebody who seems to arrive may only have a new name.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>
    /// Takes the whole list. Somebody who was told to have arrived while it was awaited, and is not in it, stays: the leaving is
    /// still to be told. A list that comes when all members were known replaces them.
    /// </summary>
    public void Fill(IEnumerable<PresentUser> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (IsWhole)
            _names.Clear();
        foreach (var (principal, name) in members)
            _names[principal] = name;
        (IsWhole, _isLost) = (true, false);
    }

    /// <summary>Drops the names, as where the list is too long to be kept: it is needed again once changes come with names.</summary>
    public void Lose()
    {
        _names.Clear();
        (IsWhole, _isLost) = (false, true);
    }

    /// <summary>Applies a change, and returns what is new in it, in its order.</summary>
    /// <param name="presence">The change.</param>
    /// <param name="self">The client's own principal, of which nothing is news.</param>
    /// <param name="needsList">Whether the list has to be asked for now: true once each time that the names were lost.</param>
    public IReadOnlyList<MemberChange> Apply(Presence presence, ulong self, out bool needsList)
    {
        ArgumentNullException.ThrowIfNull(presence);
        Count = presence.Count;
        needsList = false;
        if (IsCountOnly(presence))
        {
            Lose();
            return [];
        }
        (needsList, _isLost) = (_isLost, false);
        var news = new List<MemberChange>();
        foreach (var (principal, name) in presence.Arrived)
        {
            var before = _names.GetValueOrDefault(principal);
            if (principal == self && before is null)
                continue;
            _names[principal] = name;
            if (principal != self && before != name)
                news.Add(new MemberChange(principal, before, name));
        }
        foreach (var (principal, _) in presence.Left)
            if (_names.Remove(principal, out var name))
                news.Add(new MemberChange(principal, name, null));
        return news;
    }

    /// <summary>
    /// One change in the place of two in a row, with the same result. A principal that came and left counts as left, since a
    /// list in between may have shown it (CP-PRE-008).
    /// </summary>
    /// <param name="before">The first change.</param>
    /// <param name="now">The change after it, of the same room.</param>
    public static Presence Merge(Presence before, Presence now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        if (IsCountOnly(before) || IsCountOnly(now))
            return now with { Arrived = [], Left = [] };
        var told = now.Arrived.Concat(now.Left).Select(user => user.Principal).ToHashSet();
        return now with
        {
            Arrived = [.. before.Arrived.Where(user => !told.Contains(user.Principal)), .. now.Arrived],
            Left = [.. before.Left.Where(user => !told.Contains(user.Principal)), .. now.Left],
        };
    }

    /// <summary>A room with many members tells only how many there are (CP-PRE-003).</summary>
    private static bool IsCountOnly(Presence presence) => presence.Arrived.Count == 0 && presence.Left.Count == 0;
}

/// <summary>A change of a room's members: an arrival without a name before, a rename with both, a leaving without a name now.</summary>
/// <param name="Principal">The principal.</param>
/// <param name="Before">The name known before; null for an arrival.</param>
/// <param name="Now">The name now; null for a leaving.</param>
public readonly record struct MemberChange(ulong Principal, string? Before, string? Now);
