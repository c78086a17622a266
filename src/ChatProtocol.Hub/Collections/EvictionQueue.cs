namespace ChatProtocol.Hub;

/// <summary>
/// The stored rooms, or principals, that are in memory, in the order in which they came. Those that are not in use and were not wanted
/// for long leave it, so that a million quiet ones cost nothing.
/// </summary>
/// <param name="most">How many stay in memory without being in use.</param>
/// <param name="tryEvict">Lets one leave memory; false if it has to stay for now.</param>
internal sealed class EvictionQueue<T>(int most, Func<T, bool> tryEvict)
{
    /// <summary>How many are looked at for each that is loaded: more than one, or those that cannot go would pile up.</summary>
    private const int LooksForEach = 4;

    private readonly Queue<T> _all = new();

    /// <summary>One is in memory from now on.</summary>
    public void Add(T one) => _all.Enqueue(one);

    /// <summary>Looks at those that have been in memory for longest; those that cannot go are looked at again after all others.</summary>
    public void Sweep()
    {
        for (var looks = 0; looks < LooksForEach && _all.Count > most; looks++)
        {
            var oldest = _all.Dequeue();
            if (!tryEvict(oldest))
                _all.Enqueue(oldest);
        }
    }
}
