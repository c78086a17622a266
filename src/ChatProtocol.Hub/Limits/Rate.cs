namespace ChatProtocol.Hub;

/// <summary>A rate with a burst, as in a token bucket: so many at once, and so many more in each second.</summary>
/// <param name="PerSecond">Tokens added in a second.</param>
/// <param name="Burst">The most tokens, which may be used at once; infinite for no bound at all.</param>
public readonly record struct Rate(double PerSecond, double Burst)
{
    /// <summary>No bound.</summary>
    public static Rate Unlimited { get; } = new(double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Whether there is no bound.</summary>
    public bool IsUnlimited => double.IsPositiveInfinity(Burst);

    /// <summary>A rate given by the hour.</summary>
    public static Rate PerHour(double count, double burst) => new(count / 3600, burst);
}
