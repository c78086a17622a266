namespace ChatProtocol.Hub;

/// <summary>A principal that somebody blocks, and its name as it was last known.</summary>
internal readonly record struct Blocked(ulong Id, UserName Name);

/// <summary>
/// The blocks of the principals in memory: a principal gets no private messages from those that it blocks. A principal without a
/// key cannot come back, so its blocks are kept for as long as it is present, and not stored.
/// </summary>
internal sealed class BlockBook(Principals principals, StepCounter steps)
{
    /// <summary>The most principals that one principal blocks (CP-BLK-001).</summary>
    public const int MaxBlocked = 1000;

    private readonly Dictionary<ulong, IdMap<LastName>> _byOwner = [];

    /// <summary>The last known name of each principal that is blocked, for all who block it.</summary>
    private readonly Dictionary<ulong, LastName> _names = [];

    public bool Contains(Principal owner, Principal other) =>
        _byOwner.Count > 0 && _byOwner.TryGetValue(owner.Id, out var blocked) && blocked.TryFind(other.Id, out _);

    public int CountOf(Principal owner) => _byOwner.GetValueOrDefault(owner.Id)?.Count ?? 0;

    /// <summary>The principals that the owner blocks, behind an id, by ascending id.</summary>
    public IEnumerable<Blocked> Of(Principal owner, ulong after) =>
        _byOwner.GetValueOrDefault(owner.Id)?.After(after).Select(blocked => new Blocked(blocked.Id, NameOf(blocked))) ?? [];

    /// <summary>The first blocked principal that has or last had this name; the present holder of the name need not be blocked.</summary>
    public Blocked? FindByName(Principal owner, UserName name)
    {
        if (!_byOwner.TryGetValue(owner.Id, out var blocked))
            return null;
        steps.Add(blocked.Count / StepCounter.LookUps);
        return blocked.Find(other => NameOf(other) == name) is { } found ? new Blocked(found.Id, NameOf(found)) : null;
    }

    public void Add(ulong owner, Blocked other)
    {
        if (!_byOwner.TryGetValue(owner, out var blocked))
            _byOwner.Add(owner, blocked = new IdMap<LastName>());
        if (blocked.TryFind(other.Id, out _))
            return;
        if (!_names.TryGetValue(other.Id, out var name))
            _names.Add(other.Id, name = new LastName(other.Id, other.Name));
        name.Owners++;
        blocked.Set(other.Id, name);
    }

    public void Remove(ulong owner, ulong other)
    {
        if (!_byOwner.TryGetValue(owner, out var blocked) || !blocked.TryFind(other, out var name))
            return;
        blocked.Remove(other);
        Release(name);
        if (blocked.Count == 0)
            _byOwner.Remove(owner);
    }

    /// <summary>The principal is gone for good, or from memory: its blocks are dropped here.</summary>
    public void Forget(Principal owner)
    {
        if (_byOwner.Remove(owner.Id, out var blocked))
            foreach (var name in blocked.After(0))
                Release(name);
    }

    /// <summary>A principal that may be blocked leaves memory: from now on it is known by the name that it has now.</summary>
    public void Remember(Principal blocked)
    {
        if (_names.TryGetValue(blocked.Id, out var name))
            name.Name = blocked.Name;
    }

    private UserName NameOf(LastName blocked) => principals.Find(blocked.Id)?.Name ?? blocked.Name;

    private void Release(LastName name)
    {
        if (--name.Owners == 0)
            _names.Remove(name.Id);
    }

    private sealed class LastName(ulong id, UserName name)
    {
        public ulong Id => id;

        public UserName Name { get; set; } = name;

        /// <summary>How many in memory block it.</summary>
        public int Owners { get; set; }
    }
}
