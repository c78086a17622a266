using System.Diagnostics.Metrics;
using System.Text;

namespace ChatProtocol.Server;

/// <summary>
/// Listens to a meter and writes its figures in the text format of Prometheus: observable instruments and histograms, of long and
/// double, which are all that the server has. Thread-safe.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly List<MetricFamily> _families = [];
    private readonly Lock _gate = new();

    /// <param name="meter">The meter. Another server of this process has one of its own by the same name.</param>
    public MetricsCollector(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter != meter)
                return;
            var family = MetricFamily.Of(instrument);
            lock (_gate)
                _families.Add(family);
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, labels, family) => ((MetricFamily)family!).Record(value, labels));
        _listener.SetMeasurementEventCallback<double>(static (_, value, labels, family) => ((MetricFamily)family!).Record(value, labels));
        _listener.Start();
    }

    /// <summary>The figures as they are now, ordered by name.</summary>
    public string Collect()
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            _listener.RecordObservableInstruments();
            foreach (var family in _families.OrderBy(family => family.Name, StringComparer.Ordinal))
                family.WriteTo(text);
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
