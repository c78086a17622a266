namespace ChatProtocol.Hub;

/// <summary>
/// Holders of a name that an earlier holder already has: they were stored when the rules said that the two names differ. By
/// name, in the order in which they came.
/// </summary>
internal sealed class SharedNames<T>
{
    private readonly Dictionary<Name, List<T>> _byName = [];

    public void Add(Name name, T one)
    {
        if (!_byName.TryGetValue(name, out var others))
            _byName.Add(name, others = []);
        others.Add(one);
    }

    /// <summary>Removes a holder; false if it is not among them.</summary>
    public bool Remove(Name name, T one)
    {
        if (!_byName.TryGetValue(name, out var others) || !others.Remove(one))
            return false;
        if (others.Count == 0)
            _byName.Remove(name);
        return true;
    }

    /// <summary>The later holders of this name.</summary>
    public IReadOnlyList<T> Of(Name name) => _byName.GetValueOrDefault(name) ?? [];
}
