namespace ChatProtocol.Client;

/// <summary>
/// Converts times and spans, which the wire writes as integers, to .NET's. A value that .NET cannot hold becomes the
/// largest that it can.
/// </summary>
internal static class WireTimes
{
    private static readonly ulong MaxTime = (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    // Half of the largest span, so that another one may be added to it.
    private static readonly ulong MaxSpan = (ulong)(TimeSpan.MaxValue / 2).TotalMilliseconds;

    /// <summary>Milliseconds since 1970 UTC.</summary>
    public static DateTimeOffset Time(ulong milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, MaxTime));

    /// <summary>Milliseconds since 1970 UTC, where 0 stands for none.</summary>
    public static DateTimeOffset? TimeOrNone(ulong milliseconds) => milliseconds == 0 ? null : Time(milliseconds);

    /// <summary>The first whole millisecond since 1970 UTC that is not before a time: entries' times are whole milliseconds.</summary>
    public static ulong? MillisecondsFrom(DateTimeOffset? time) => time is { } at
        ? (ulong)Math.Max(0, (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond)
        : null;

    public static TimeSpan Span(ulong milliseconds) => TimeSpan.FromMilliseconds((long)Math.Min(milliseconds, MaxSpan));
}
