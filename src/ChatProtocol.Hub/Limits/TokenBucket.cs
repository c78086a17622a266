namespace ChatProtocol.Hub;

/// <summary>The tokens left of a <see cref="Rate"/>. It begins full; a debt is paid before any token is given.</summary>
internal struct TokenBucket
{
    private double _used;
    private long _at;

    /// <summary>Whether it is full, as if nothing was ever taken.</summary>
    public bool IsFull(Rate rate, long now) => rate.IsUnlimited || UsedAt(rate, now) <= 0;

    /// <summary>Takes so many tokens; all of them or none. Only a full bucket gives more than the burst, and then is in debt.</summary>
    /// <param name="rate">The bucket's rate.</param>
    /// <param name="now">Milliseconds of the monotonic clock.</param>
    /// <param name="count">How many tokens.</param>
    public bool TryTake(Rate rate, long now, double count = 1)
    {
        if (WaitFor(rate, now, count) > 0)
            return false;
        Take(rate, now, count);
        return true;
    }

    /// <summary>Takes so many tokens, whether they are there or not.</summary>
    public void Take(Rate rate, long now, double count = 1)
    {
        if (rate.IsUnlimited)
            return;
        _used = UsedAt(rate, now) + count;
        _at = now;
    }

    /// <summary>Gives a token back that turned out not to be used.</summary>
    public void GiveBack(Rate rate, long now)
    {
        if (rate.IsUnlimited)
            return;
        _used = Math.Max(0, UsedAt(rate, now) - 1);
        _at = now;
    }

    /// <summary>Milliseconds until so many tokens can be taken; 0 if they can be now.</summary>
    public readonly long WaitFor(Rate rate, long now, double count = 1)
    {
        if (rate.IsUnlimited)
            return 0;
        var missing = UsedAt(rate, now) + Math.Min(count, rate.Burst) - rate.Burst;
        return missing <= 0 ? 0 : rate.PerSecond > 0 ? (long)Math.Min(Math.Ceiling(missing * 1000 / rate.PerSecond), int.MaxValue) : int.MaxValue;
    }

    // Rounded, or a caller would have to wait for a difference of nearly nothing.
    private readonly double UsedAt(Rate rate, long now) => Math.Max(0, Math.Round(_used - (rate.PerSecond * (now - _at) / 1000), 9));
}
