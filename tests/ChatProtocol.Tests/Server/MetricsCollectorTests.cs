using System.Diagnostics.Metrics;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly MetricsCollector _collector;

    public MetricsCollectorTests() => _collector = new MetricsCollector(_meter);

    [Fact]
    public void A_family_has_its_help_its_type_and_its_samples()
    {
        var posts = 41L;
        _meter.CreateObservableCounter("posts_total", () => ++posts, unit: null, "Posts.");
        _meter.CreateObservableGauge("load", () => 0.00001, unit: null, "Load.");

        Assert.Equal("# HELP load Load.\n# TYPE load gauge\nload 1e-05\n# HELP posts_total Posts.\n# TYPE posts_total counter\nposts_total 42\n", _collector.Collect());
        Assert.Equal(43, PrometheusText.Parse(_collector.Collect())["posts_total"]);
    }

    [Fact]
    public void What_is_special_in_a_help_and_in_a_label_is_escaped()
    {
        _meter.CreateObservableGauge(
            "odd", () => new Measurement<long>(1, new KeyValuePair<string, object?>("a", "q\"b\\n\nz"), new KeyValuePair<string, object?>("b", null)), unit: null, "back\\slash\nline");

        Assert.Equal("# HELP odd back\\\\slash\\nline\n# TYPE odd gauge\nodd{a=\"q\\\"b\\\\n\\nz\",b=\"\"} 1\n", _collector.Collect());
        PrometheusText.Parse(_collector.Collect());
    }

    [Fact]
    public void A_histogram_counts_what_is_not_above_each_bound()
    {
        var seconds = _meter.CreateHistogram("seconds", unit: null, "Seconds.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] });
        foreach (var value in (double[])[0.25, 0.5, 1, 8])
            seconds.Record(value);

        Assert.Equal(
            "# HELP seconds Seconds.\n# TYPE seconds histogram\nseconds_bucket{le=\"0.5\"} 2\nseconds_bucket{le=\"2\"} 3\nseconds_bucket{le=\"+Inf\"} 4\nseconds_sum 9.75\nseconds_count 4\n",
            _collector.Collect());
        PrometheusText.Parse(_collector.Collect());
    }

    [Fact]
    public void A_figure_that_is_not_known_is_left_out()
    {
        _meter.CreateObservableGauge("free", Enumerable.Empty<Measurement<long>>, unit: null, "Free.");

        Assert.Equal("", _collector.Collect());
    }

    [Fact]
    public void Another_servers_meter_of_the_same_name_is_not_shown()
    {
        using var other = new Meter("test");
        other.CreateObservableGauge("others", () => 1L, unit: null, "Others.");

        Assert.Equal("", _collector.Collect());
    }

    [Fact]
    public void Nothing_is_measured_once_nobody_listens()
    {
        var seconds = _meter.CreateHistogram<double>("seconds", unit: null, "Seconds.");
        Assert.True(seconds.Enabled);

        _collector.Dispose();

        Assert.False(seconds.Enabled);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }
}
