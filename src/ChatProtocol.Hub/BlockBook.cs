namespace ChatProtocol.Hub;

/// <summary>
/// The blocks: a principal gets no private messages from those that it blocks. A principal without a key cannot come back, so
/// its blocks are kept for as long as it is present, and not stored.
/// </summary>
internal sealed class BlockBook
{
    /// <summary>The most principals that one principal blocks (CP-BLK-001).</summary>
    public const int MaxBlocked = 1000;

    private readonly Dictionary<ulong, IdMap<Principal>> _byOwner = [];
    private readonly Steps _steps;

    public BlockBook(LogContents contents, Principals principals, Steps steps)
    {
        _steps = steps;
        foreach (var block in contents.Blocks)
            // A principal that is gone is known by its last name.
            Add(block.Owner, principals.Find(block.Blocked) ?? new Principal(block.Blocked, block.Name, default, Role.Guest));
    }

    public bool Contains(Principal owner, Principal other) =>
        _byOwner.Count > 0 && _byOwner.TryGetValue(owner.Id, out var blocked) && blocked.TryFind(other.Id, out _);

    public int CountOf(Principal owner) => _byOwner.GetValueOrDefault(owner.Id)?.Count ?? 0;

    /// <summary>The principals that the owner blocks, behind an id, by ascending id.</summary>
    public IEnumerable<Principal> Of(Principal owner, ulong after) => _byOwner.GetValueOrDefault(owner.Id)?.After(after) ?? [];

    /// <summary>The first blocked principal that has or last had this name; the present holder of the name need not be blocked.</summary>
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

    /// <summary>The principal is gone for good: its blocks are dropped.</summary>
    public void Forget(Principal owner) => _byOwner.Remove(owner.Id);
}
