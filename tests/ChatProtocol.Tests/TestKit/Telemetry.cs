using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChatProtocol.Client;

namespace ChatProtocol.Tests;

/// <summary>Listens to what the SDK tells of one server: other tests run beside.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly ActivityListener _activities;
    private readonly MeterListener _metrics = new();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _measured = new();
    private readonly object _port;

    public Telemetry(int port)
    {
        _port = port;
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ChatTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (_port.Equals(activity.GetTagItem("server.port")))
                    _ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_activities);
        _metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ChatTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _metrics.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _metrics.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _metrics.Start();
    }

    public IReadOnlyCollection<Activity> Activities => _ended;

    public double SumOf(string name) => TagsOf(name).Sum(one => one.Value);

    public IEnumerable<(double Value, Dictionary<string, object?> Tags)> TagsOf(string name) =>
        _measured.Where(one => one.Name == name).Select(one => (one.Value, one.Tags));

    public void Dispose()
    {
        _activities.Dispose();
        _metrics.Dispose();
    }

    private void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var kept = tags.ToArray().ToDictionary();
        if (_port.Equals(kept.GetValueOrDefault("server.port")))
            _measured.Enqueue((instrument.Name, value, kept));
    }
}
