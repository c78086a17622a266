namespace ChatProtocol.Hub;

/// <summary>When the principals of a room in slow mode may post again, on the monotonic clock (CP-ROL-032).</summary>
internal sealed class SlowPosts
{
    /// <summary>Those who may post at once are forgotten when there are so many.</summary>
    private const int MaxIdle = 1024;

    private readonly Dictionary<ulong, long> _next = [];
    private readonly HashSet<ulong> _waiting = [];
    private int _sweepAt = MaxIdle;

    /// <summary>When the last of them may post again.</summary>
    public long LastUntil { get; private set; }

    /// <summary>Milliseconds until a principal may post; 0 for at once.</summary>
    public long WaitFor(ulong principal, long now) => Math.Max(0, _next.GetValueOrDefault(principal) - now);

    /// <summary>Whether a post of the principal waits.</summary>
    public bool IsWaiting(ulong principal) => _waiting.Contains(principal);

    public void BeginWait(ulong principal) => _waiting.Add(principal);

    public void EndWait(ulong principal) => _waiting.Remove(principal);

    /// <summary>A principal has posted.</summary>
    public void Posted(ulong principal, long now, ulong slow)
    {
        _next[principal] = now + (long)slow;
        LastUntil = Math.Max(LastUntil, now + (long)slow);
        if (_next.Count < _sweepAt)
            return;
        foreach (var (one, next) in _next)
            if (next <= now)
                _next.Remove(one);
        _sweepAt = Math.Max(MaxIdle, 2 * _next.Count);
    }
}
