namespace ChatProtocol.Client;

/// <summary>Times and spans, which the wire writes as integers, as .NET has them. A server may write more than .NET can hold; that is taken for the most it can.</summary>
internal static class WireValues
{
    private static readonly ulong MaxTime = (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    // Half, so that something may be added to it.
    private static readonly ulong MaxSpan = (ulong)(TimeSpan.MaxValue / 2).TotalMilliseconds;

    /// <summary>Milliseconds since 1970 UTC.</summary>
    public static DateTimeOffset Time(ulong milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, MaxTime));

    /// <summary>The same where 0 stands for none.</summary>
    public static DateTimeOffset? TimeOrNone(ulong milliseconds) => milliseconds == 0 ? null : Time(milliseconds);

    public static TimeSpan Span(ulong milliseconds) => TimeSpan.FromMilliseconds((long)Math.Min(milliseconds, MaxSpan));
}
