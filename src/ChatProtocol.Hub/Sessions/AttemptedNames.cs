namespace ChatProtocol.Hub;

/// <summary>
/// The names that an address has tried passwords for, each with its own bound. There are never more than a few hundred: those whose
/// bucket is full again are forgotten first, and then it is the address's own bound that counts.
/// </summary>
internal sealed class AttemptedNames
{
    private const int Max = 256;

    private Dictionary<UserName, TokenBucket>? _buckets;

    /// <summary>Takes an attempt; false, with the milliseconds until there is one, if there is none.</summary>
    public bool TryTake(UserName name, Rate rate, long now, out long wait)
    {
        _buckets ??= [];
        var bucket = _buckets.GetValueOrDefault(name);
        wait = bucket.WaitFor(rate, now);
        if (!bucket.TryTake(rate, now))
            return false;
        if (_buckets.Count >= Max && !_buckets.ContainsKey(name))
            Forget(rate, now);
        _buckets[name] = bucket;
        return true;
    }

    /// <summary>The attempt was right.</summary>
    public void GiveBack(UserName name, Rate rate, long now)
    {
        if (_buckets is null || !_buckets.TryGetValue(name, out var bucket))
            return;
        bucket.GiveBack(rate, now);
        _buckets[name] = bucket;
    }

    private void Forget(Rate rate, long now)
    {
        foreach (var (name, bucket) in _buckets!)
            if (bucket.IsFull(rate, now))
                _buckets.Remove(name);
        if (_buckets.Count >= Max)
            _buckets.Clear();
    }
}
