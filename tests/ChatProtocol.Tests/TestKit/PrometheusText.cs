using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// Prometheus's text format, version 0.0.4, read strictly: each family has its help and its type before its samples, once and all
/// together; nothing stands twice; buckets grow, end with +Inf and agree with the count.
/// </summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, double> _samples = [];
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, string> _helps = [];

    private PrometheusText(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string? help = null, family = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } described)
            {
                Assert.Null(help);
                help = described.Groups[1].Value;
                _helps.Add(help, described.Groups[2].Value);
            }
            else if (TypeOf().Match(line) is { Success: true } typed)
            {
                Assert.Equal(help, typed.Groups[1].Value);
                (family, help) = (help!, null);
                _types.Add(family, typed.Groups[2].Value);
            }
            else
            {
                Assert.Null(help);
                Read(line, family!);
            }
        }
        foreach (var histogram in Families.Where(name => _types[name] == "histogram"))
            CheckBuckets(histogram);
    }

    public IEnumerable<string> Families => _types.Keys;

    /// <summary>The value of a sample, with its labels as they are written.</summary>
    public double this[string sample] => _samples.TryGetValue(sample, out var value) ? value : throw new KeyNotFoundException($"there is no {sample} in {string.Join('\n', _samples.Keys)}");

    /// <summary>The names of the samples, without their labels.</summary>
    public IEnumerable<string> Names => _samples.Keys.Select(sample => sample.Split('{')[0]).Distinct();

    public string TypeOf(string family) => _types[family];

    public string HelpOf(string family) => _helps[family];

    /// <summary>The labels of a family, but for the bounds of buckets.</summary>
    public IEnumerable<string> LabelsOf(string family) =>
        _samples.Keys.Where(sample => sample.StartsWith($"{family}{{", StringComparison.Ordinal)).SelectMany(sample => Label().Matches(sample).Select(label => label.Groups[1].Value)).Distinct();

    public bool Has(string sample) => _samples.ContainsKey(sample);

    public static PrometheusText Parse(string text) => new(text);

    private void Read(string line, string family)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, $"no sample: {line}");
        var name = sample.Groups[1].Value;
        string[] names = _types[family] == "histogram" ? [$"{family}_bucket", $"{family}_sum", $"{family}_count"] : [family];
        Assert.Contains(name, names);
        var value = sample.Groups[3].Value;
        _samples.Add(name + sample.Groups[2].Value, value == "+Inf" ? double.PositiveInfinity : double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private void CheckBuckets(string histogram)
    {
        var buckets = _samples.Where(sample => sample.Key.StartsWith($"{histogram}_bucket{{le=", StringComparison.Ordinal)).ToList();
        Assert.Equal($"{histogram}_bucket{{le=\"+Inf\"}}", buckets[^1].Key);
        Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
        Assert.Equal(this[$"{histogram}_count"], buckets[^1].Value);
        Assert.True(Has($"{histogram}_sum"));
    }

    [GeneratedRegex("[{,]([a-z_]+)=\"")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A# HELP ([a-z_][a-z0-9_]*) ((?:[^\\\n]|\\\\|\\n)+)\z")]
    private static partial Regex Help();

    [GeneratedRegex(@"\A# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram)\z")]
    private static partial Regex TypeOf();

    [GeneratedRegex("""\A([a-z_][a-z0-9_]*)((?:\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})?) (\+Inf|-?[0-9.]+(?:e[+-][0-9]+)?)\z""")]
    private static partial Regex Sample();
}
