namespace ChatProtocol.Client;

/// <summary>
/// The server's rate of posts, if it tells one among its limits: <c>post-rate</c> and <c>post-burst</c> in posts, <c>post-bytes</c>
/// in bytes a second. A faster post would only wait in the server's queue, in front of requests that need not wait.
/// Guarded by its owner's lock.
/// </summary>
internal sealed class PostRateLimit
{
    private readonly TimeProvider _time;
    private readonly double _rate;
    private readonly double _burst;
    private readonly double _bytesRate;
    private double _posts;
    private double _bytes;
    private long _last;

    /// <summary>A rate of posts, of whatever size.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="rate">Posts a second.</param>
    /// <param name="burst">The most posts at once.</param>
    public PostRateLimit(TimeProvider time, double rate, double burst) : this(time, rate, burst, double.PositiveInfinity)
    {
    }

    private PostRateLimit(TimeProvider time, double rate, double burst, double bytesRate)
    {
        _time = time;
        _rate = rate;
        _posts = _burst = Math.Max(burst, 1);
        _bytes = _bytesRate = bytesRate;
        _last = time.GetTimestamp();
    }

    /// <summary>The pace by the server's limits; null where the server tells no rate.</summary>
    public static PostRateLimit? Of(IEnumerable<KeyValuePair<string, int>> limits, TimeProvider time)
    {
        var told = limits.Where(limit => limit.Value > 0).ToDictionary();
        double Rate(string name) => told.TryGetValue(name, out var value) ? value : double.PositiveInfinity;
        var (rate, bytes) = (Rate("post-rate"), Rate("post-bytes"));
        return double.IsInfinity(rate) && double.IsInfinity(bytes) ? null
            : new PostRateLimit(time, rate, told.GetValueOrDefault("post-burst", told.GetValueOrDefault("post-rate", 1)), bytes);
    }

    /// <summary>
    /// How long a post has to wait; zero for not at all, and then it counts. A post longer than a second's bytes is sent when the
    /// bucket is full, and the posts behind it wait longer.
    /// </summary>
    public TimeSpan Take(int bytes)
    {
        Refill();
        var wait = Math.Max(Lack(1 - _posts, _rate), Lack(Math.Min(bytes, _bytesRate) - _bytes, _bytesRate));
        if (wait > 0)
            return TimeSpan.FromSeconds(wait) + TimeSpan.FromMilliseconds(1);
        Count(bytes);
        return TimeSpan.Zero;
    }

    /// <summary>Counts a post that is sent in any case, such as a repeated one.</summary>
    public void Count(int bytes)
    {
        _posts -= 1;
        _bytes -= bytes;
    }

    private static double Lack(double missing, double rate) => missing > 0 && !double.IsInfinity(rate) ? missing / rate : 0;

    private void Refill()
    {
        var now = _time.GetTimestamp();
        var passed = _time.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
        if (passed <= 0)
            return;
        _posts = Math.Min(_burst, _posts + passed * _rate);
        _bytes = Math.Min(_bytesRate, _bytes + passed * _bytesRate);
    }
}
