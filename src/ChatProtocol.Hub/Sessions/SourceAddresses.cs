namespace ChatProtocol.Hub;

/// <summary>One address that sessions come from, and its use of its bounds.</summary>
internal sealed class SourceAddress(Origin origin, GuestBounds bounds)
{
    public Origin Origin => origin;

    public GuestBounds Bounds => bounds;

    /// <summary>Whether posts may have to wait.</summary>
    public bool IsPaced { get; } = !(bounds.Posts.IsUnlimited && bounds.PostBytes.IsUnlimited && bounds.AddressPosts.IsUnlimited && bounds.AddressPostBytes.IsUnlimited);

    public int Sessions { get; set; }

    /// <summary>Whether it waits to be forgotten.</summary>
    public bool IsLeaving { get; set; }

    // Fields, as buckets change in place.
    public TokenBucket Logins;
    public TokenBucket Principals;
    public TokenBucket Rooms;
    public TokenBucket Posts;
    public TokenBucket PostBytes;
    public TokenBucket Passwords;

    /// <summary>The names that passwords were tried for.</summary>
    public AttemptedNames AttemptedNames { get; } = new();

    /// <summary>Whether forgetting the address would change nothing.</summary>
    public bool IsAsNew(long now) => Sessions == 0 && Logins.IsFull(bounds.Logins, now) && Principals.IsFull(bounds.Principals, now)
        && Rooms.IsFull(bounds.Rooms, now) && Posts.IsFull(bounds.AddressPosts, now) && PostBytes.IsFull(bounds.AddressPostBytes, now)
        && Passwords.IsFull(bounds.Passwords, now);
}

/// <summary>
/// The addresses that sessions come from. An address without a session is remembered until its buckets are full again, so
/// that reconnecting gains nothing, and the table shrinks once those that filled it have gone.
/// </summary>
internal sealed class SourceAddresses(HubOptions options, StepCounter steps)
{
    private const long LookAgainAfter = 60_000;

    private readonly Dictionary<string, SourceAddress> _all = [];
    private readonly Queue<(SourceAddress Source, long At)> _leaving = new();

    public int Count => _all.Count;

    public SourceAddress Enter(Origin origin)
    {
        var key = KeyOf(origin);
        if (!_all.TryGetValue(key, out var source))
            _all.Add(key, source = new SourceAddress(origin, origin.IsNear ? options.Near : options.Far));
        source.Sessions++;
        return source;
    }

    public void Leave(SourceAddress source, long now)
    {
        source.Sessions--;
        if (source.Sessions == 0 && !source.IsLeaving)
            LookLater(source, now);
    }

    /// <summary>Forgets the addresses whose buckets are full again.</summary>
    public void Look(long now, long until)
    {
        while (steps.Count < until && _leaving.TryPeek(out var first) && first.At <= now)
        {
            steps.Add();
            var (source, _) = _leaving.Dequeue();
            source.IsLeaving = false;
            if (source.IsAsNew(now))
                _all.Remove(KeyOf(source.Origin));
            else if (source.Sessions == 0)
                LookLater(source, now);
        }
    }

    private void LookLater(SourceAddress source, long now)
    {
        source.IsLeaving = true;
        _leaving.Enqueue((source, now + LookAgainAfter));
    }

    /// <summary>Near and far connections have different bounds, also where an address has both.</summary>
    private static string KeyOf(Origin origin) => origin.IsNear ? $"near {origin.Key}" : origin.Key;
}
