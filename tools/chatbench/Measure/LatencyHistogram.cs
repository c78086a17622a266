using System.Diagnostics;
using HdrHistogram;

namespace ChatProtocol.Tools;

/// <summary>A histogram of times with their percentiles, to three digits.</summary>
internal sealed class LatencyHistogram
{
    private const long Longest = 3_600_000_000_000; // an hour, in nanoseconds

    private static readonly double PerTick = 1e9 / Stopwatch.Frequency;

    private readonly LongHistogram _histogram = new(Longest, 3);

    public long Count => _histogram.TotalCount;

    public double MaxMilliseconds => _histogram.GetValueAtPercentile(100) / 1e6;

    /// <summary>Adds a time in ticks of <see cref="Stopwatch"/>.</summary>
    public void Add(long ticks) => _histogram.RecordValue(Math.Clamp((long)(ticks * PerTick), 0, Longest));

    public double MillisecondsAt(double percentile) => _histogram.GetValueAtPercentile(percentile) / 1e6;
}
