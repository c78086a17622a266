namespace ChatProtocol.Hub;

/// <summary>Who is in a room, and what has changed since its members were last told.</summary>
internal sealed class RoomPresence
{
    private readonly SortedDictionary<ulong, (Principal Principal, int Sessions)> _present = [];

    /// <summary>By principal: the name last shown, or null for one who was not there.</summary>
    private readonly Dictionary<Principal, string?> _changed = [];

    public int Count => _present.Count;

    public long LastTold { get; set; }

    public bool IsQueued { get; set; }

    public IEnumerable<(Principal Principal, int Sessions)> ById => _present.Values;

    /// <summary>A session came; true if its principal was not there before.</summary>
    public bool Enter(Principal principal)
    {
        var sessions = _present.TryGetValue(principal.Id, out var entry) ? entry.Sessions : 0;
        _present[principal.Id] = (principal, sessions + 1);
        return sessions == 0 && Note(principal, null);
    }

    /// <summary>A session left; true if it was its principal's last one.</summary>
    public bool Exit(Principal principal)
    {
        var sessions = _present[principal.Id].Sessions;
        if (sessions > 1)
        {
            _present[principal.Id] = (principal, sessions - 1);
            return false;
        }
        _present.Remove(principal.Id);
        return Note(principal, principal.Name);
    }

    public bool Renamed(Principal principal, string oldName) => _present.ContainsKey(principal.Id) && Note(principal, oldName);

    /// <summary>Takes the changes that are still changes. Who came and went in between has left: a list may have shown it (CP-PRE-008).</summary>
    public void Take(List<PresentUser> arrived, List<PresentUser> left)
    {
        foreach (var (principal, shown) in _changed)
        {
            if (!_present.ContainsKey(principal.Id))
            {
                left.Add(new PresentUser(principal.Id, shown ?? principal.Name));
            }
            else if (shown != principal.Name)
            {
                arrived.Add(new PresentUser(principal.Id, principal.Name));
            }
        }
        _changed.Clear();
    }

    private bool Note(Principal principal, string? shownBefore)
    {
        _changed.TryAdd(principal, shownBefore);
        return true;
    }
}
