namespace ChatProtocol.Hub;

/// <summary>A rate with a burst, as a bucket of tokens has it: so many at once, and again so many in each second.</summary>
/// <param name="PerSecond">What comes back in a second.</param>
/// <param name="Burst">What may be used at once; infinite for no bound at all.</param>
public readonly record struct Rate(double PerSecond, double Burst)
{
    /// <summary>No bound.</summary>
    public static Rate Unlimited { get; } = new(double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Whether there is no bound.</summary>
    public bool IsUnlimited => double.IsPositiveInfinity(Burst);

    /// <summary>So many in an hour.</summary>
    public static Rate PerHour(double count, double burst) => new(count / 3600, burst);
}
