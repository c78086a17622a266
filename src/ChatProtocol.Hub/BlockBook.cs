namespace ChatProtocol.Hub;

/// <summary>
/// Who hears no more in private from whom. A principal without a key cannot come back, so what it blocks is kept for as long
/// as it is there, and not stored.
/// </summary>
internal sealed class BlockBook
{
    /// <summary>The most that one principal blocks (CP-BLK-001).</summary>
    public const int MaxBlocked = 1000;

    private readonly Dictionary<ulong, IdMap<Principal>> _byOwner = [];
    private readonly Steps _steps;

    public BlockBook(LogContents contents, Principals principals, Steps steps)
    {
        _steps = steps;
        foreach (var block in contents.Blocks)
            // One that is gone is known by its last name.
            Add(block.Owner, principals.Find(block.Blocked) ?? new Principal(block.Blocked, block.Name, default, Role.Guest));
    }

    public bool Contains(Principal owner, Principal other) =>
        _byOwner.Count > 0 && _byOwner.TryGetValue(owner.Id, out var blocked) && blocked.TryFind(other.Id, out _);

    public int CountOf(Principal owner) => _byOwner.GetValueOrDefault(owner.Id)?.Count ?? 0;

    /// <summary>By ascending principal, from behind one.</summary>
    public IEnumerable<Principal> Of(Principal owner, ulong after) => _byOwner.GetValueOrDefault(owner.Id)?.After(after) ?? [];

    /// <summary>
    /// Of those that somebody blocks the first who is called so, or was last: nobody who has the name now need be among
    /// them.
    /// </summary>
    public Principal? FindByName(Principal owner, string canonicalName)
    {
        if (!_byOwner.TryGetValue(owner.Id, out var blocked))
            return null;
        _steps.Add(blocked.Count / Steps.LookUps);
        return blocked.Find(other => other.CanonicalName == canonicalName);
    }

    public void Add(ulong owner, Principal other)
    {
        if (!_byOwner.TryGetValue(owner, out var blocked))
            _byOwner.Add(owner, blocked = new IdMap<Principal>());
        blocked.Set(other.Id, other);
    }

    public void Remove(ulong owner, ulong other)
    {
        if (_byOwner.TryGetValue(owner, out var blocked) && blocked.Remove(other) && blocked.Count == 0)
            _byOwner.Remove(owner);
    }

    /// <summary>The principal is gone for good.</summary>
    public void Forget(Principal owner) => _byOwner.Remove(owner.Id);
}
