namespace ChatProtocol.Hub;

/// <summary>The principals in a room, and the changes since its members were last told.</summary>
internal sealed class RoomPresence
{
    private readonly IdMap<(Principal Principal, int Sessions)> _present = new();

    /// <summary>By principal: the name last shown, or null for a principal that was not present.</summary>
    private readonly Dictionary<Principal, string?> _changed = [];

    public int Count => _present.Count;

    public long LastTold { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>Whether the last presence frame has not reached every member yet.</summary>
    public bool IsTelling { get; set; }

    /// <summary>The present principals with higher ids, by ascending id.</summary>
    public IEnumerable<(Principal Principal, int Sessions)> After(ulong id) => _present.After(id);

    /// <summary>A session has entered; true if its principal was not present before.</summary>
    public bool Enter(Principal principal)
    {
        var sessions = _present.Find(principal.Id).Sessions;
        _present.Set(principal.Id, (principal, sessions + 1));
        return sessions == 0 && Note(principal, null);
    }

    /// <summary>A session has left; true if it was its principal's last one.</summary>
    public bool Exit(Principal principal)
    {
        var sessions = _present.Find(principal.Id).Sessions;
        if (sessions > 1)
        {
            _present.Set(principal.Id, (principal, sessions - 1));
            return false;
        }
        _present.Remove(principal.Id);
        return Note(principal, principal.Name.Text);
    }

    public bool Renamed(Principal principal, string oldName) => Has(principal) && Note(principal, oldName);

    /// <summary>
    /// Takes at most so many of the changes that still are changes; true if others are left for the next frame. A principal that
    /// came and left in between counts as left: a list may have shown it (CP-PRE-008).
    /// </summary>
    public bool Take(int most, List<PresentUser> arrived, List<PresentUser> left)
    {
        foreach (var (principal, shown) in _changed)
        {
            if (arrived.Count + left.Count == most)
                return true;
            _changed.Remove(principal);
            if (!Has(principal))
            {
                left.Add(new PresentUser(principal.Id, shown ?? principal.Name.Text));
            }
            else if (shown != principal.Name.Text)
            {
                arrived.Add(new PresentUser(principal.Id, principal.Name.Text));
            }
        }
        // The next changes are then enumerated in their order.
        _changed.Clear();
        return false;
    }

    private bool Has(Principal principal) => _present.TryFind(principal.Id, out _);

    private bool Note(Principal principal, string? shownBefore)
    {
        _changed.TryAdd(principal, shownBefore);
        return true;
    }
}
