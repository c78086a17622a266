namespace ChatProtocol.Hub;

/// <summary>
/// Holders of a name that an earlier holder already has: they were stored when the rules said that the two names differ. By
/// name, in the order in which they came.
/// </summary>
internal sealed class SharedNames<T>
{
    private readonly Dictionary<string, List<T>> _byName = [];

    public void Add(string canonicalName, T one)
    {
        if (!_byName.TryGetValue(canonicalName, out var others))
            _byName.Add(canonicalName, others = []);
        others.Add(one);
    }

    /// <summary>Removes a holder; false if it is not among them.</summary>
    public bool Remove(string canonicalName, T one)
    {
        if (!_byName.TryGetValue(canonicalName, out var others) || !others.Remove(one))
            return false;
        if (others.Count == 0)
            _byName.Remove(canonicalName);
        return true;
    }

    /// <summary>The later holders of this name.</summary>
    public IReadOnlyList<T> Of(string canonicalName) => _byName.GetValueOrDefault(canonicalName) ?? [];
}
