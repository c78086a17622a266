using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>The unit of a figure: the suffix of its name for programs, and its form for people.</summary>
internal sealed record Unit(string Suffix, Func<double, string> Show)
{
    public static Unit Count { get; } = new("", value => Write(value, "#,0"));

    public static Unit PerSecond { get; } = new("_per_second", value => $"{Write(value, "#,0")} a second");

    public static Unit MegabytesPerSecond { get; } = new("_mb_per_second", value => $"{Write(value, "#,0.0")} MB a second");

    public static Unit Seconds { get; } = new("_seconds", value => $"{Write(value, "#,0.00")} s");

    public static Unit Milliseconds { get; } = new("_ms", value => $"{Write(value, "#,0.00")} ms");

    public static Unit Bytes { get; } = new("_bytes", value => Math.Abs(value) < 1e6 ? $"{Write(value, "#,0")} B" : $"{Write(value / 1e6, "#,0.0")} MB");

    private static string Write(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
