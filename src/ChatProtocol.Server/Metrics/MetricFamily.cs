using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ChatProtocol.Server;

/// <summary>
/// The samples of one instrument, in the text format of Prometheus (version 0.0.4). The instrument's name is the family's. Written by
/// one thread at a time; recorded to by any.
/// </summary>
internal abstract class MetricFamily(Instrument instrument)
{
    public string Name => instrument.Name;

    protected abstract string Type { get; }

    public static MetricFamily Of(Instrument instrument) =>
        instrument is Histogram<double> histogram ? new HistogramFamily(histogram) : new ObservedFamily(instrument);

    public abstract void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels);

    /// <summary>Writes the family; nothing where there is no sample.</summary>
    public abstract void WriteTo(StringBuilder text);

    protected void WriteHead(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(instrument.Description!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(Type).Append('\n');
    }

    protected void WriteSample(StringBuilder text, string suffix, string labels, double value) =>
        text.Append(Name).Append(suffix).Append(labels).Append(' ').Append(Show(value)).Append('\n');

    protected static string Show(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    /// <summary>Labels in the form in which a sample has them; empty without any.</summary>
    protected static string Show(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.IsEmpty)
            return "";
        var text = new StringBuilder("{");
        foreach (var (label, value) in labels)
        {
            text.Append(text.Length == 1 ? "" : ",").Append(label).Append("=\"");
            foreach (var c in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
                text.Append(c switch { '\\' => "\\\\", '"' => "\\\"", '\n' => "\\n", _ => c.ToString() });
            text.Append('"');
        }
        return text.Append('}').ToString();
    }
}

/// <summary>An instrument that is asked for its figures whenever they are written.</summary>
internal sealed class ObservedFamily(Instrument instrument) : MetricFamily(instrument)
{
    private readonly List<(string Labels, double Value)> _samples = [];

    protected override string Type { get; } = instrument is ObservableCounter<long> or ObservableCounter<double> ? "counter" : "gauge";

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) => _samples.Add((Show(labels), value));

    public override void WriteTo(StringBuilder text)
    {
        if (_samples.Count == 0)
            return;
        WriteHead(text);
        foreach (var (labels, value) in _samples)
            WriteSample(text, "", labels, value);
        _samples.Clear();
    }
}

/// <summary>A histogram without labels, in the buckets that its instrument advises.</summary>
internal sealed class HistogramFamily : MetricFamily
{
    private readonly Lock _gate = new();
    private readonly double[] _bounds;
    private readonly long[] _counts;
    private double _sum;

    public HistogramFamily(Histogram<double> histogram)
        : base(histogram)
    {
        _bounds = [.. histogram.Advice?.HistogramBucketBoundaries ?? [], double.PositiveInfinity];
        _counts = new long[_bounds.Length];
    }

    protected override string Type => "histogram";

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var bucket = 0;
        while (value > _bounds[bucket])
            bucket++;
        lock (_gate)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    public override void WriteTo(StringBuilder text)
    {
        long[] counts;
        double sum;
        lock (_gate)
            (counts, sum) = ([.. _counts], _sum);
        WriteHead(text);
        var below = 0L;
        for (var i = 0; i < _bounds.Length; i++)
            WriteSample(text, "_bucket", $"{{le=\"{Show(_bounds[i])}\"}}", below += counts[i]);
        WriteSample(text, "_sum", "", sum);
        WriteSample(text, "_count", "", below);
    }
}
