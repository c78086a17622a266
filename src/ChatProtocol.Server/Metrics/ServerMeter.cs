using System.Diagnostics.Metrics;

namespace ChatProtocol.Server;

/// <summary>
/// The instruments of one server. What is counted anyway is observed: it costs nothing until somebody looks. The two histograms are
/// recorded by their threads, and only while somebody listens. Thread-safe.
/// </summary>
internal sealed class ServerMeter : IDisposable
{
    public const string Name = "ChatProtocol.Server";

    private static readonly InstrumentAdvice<double> TurnBuckets = new()
    {
        HistogramBucketBoundaries = [0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    };

    private static readonly InstrumentAdvice<double> CommitBuckets = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    public ServerMeter()
    {
        TurnSeconds = Meter.CreateHistogram("chatd_hub_turn_seconds", unit: null, "Time that a turn of the hub's thread took.", tags: null, TurnBuckets);
        CommitSeconds = Meter.CreateHistogram("chatd_commit_seconds", unit: null, "Time that the log took to store and sync a batch, or to fail.", tags: null, CommitBuckets);
    }

    public Meter Meter { get; } = new(Name);

    /// <summary>Seconds of each turn of the hub's thread, without its sleep.</summary>
    public Histogram<double> TurnSeconds { get; }

    /// <summary>Seconds of each batch that the log has written.</summary>
    public Histogram<double> CommitSeconds { get; }

    /// <summary>A figure that only grows.</summary>
    public void Count(string name, string help, Func<long> read) => Meter.CreateObservableCounter(name, read, unit: null, help);

    /// <summary>Figures that only grow, told apart by labels.</summary>
    public void Count(string name, string help, Func<IEnumerable<Measurement<long>>> read) => Meter.CreateObservableCounter(name, read, unit: null, help);

    /// <summary>A figure that grows by fractions.</summary>
    public void Count(string name, string help, Func<double> read) => Meter.CreateObservableCounter(name, read, unit: null, help);

    /// <summary>A figure that goes up and down.</summary>
    public void Gauge(string name, string help, Func<double> read) => Meter.CreateObservableGauge(name, read, unit: null, help);

    /// <summary>Figures that go up and down, told apart by labels; none while they are not known.</summary>
    public void Gauge(string name, string help, Func<IEnumerable<Measurement<long>>> read) => Meter.CreateObservableGauge(name, read, unit: null, help);

    public void Dispose() => Meter.Dispose();
}
