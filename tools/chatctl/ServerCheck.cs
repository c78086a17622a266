using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>How something is; a worse one is greater.</summary>
internal enum CheckState
{
    Ok,
    Warning,
    Critical,
}

/// <summary>The bounds of a value, from which on it is worth a warning or critical.</summary>
/// <param name="Warning">The bound of a warning.</param>
/// <param name="Critical">The bound of critical.</param>
internal readonly record struct Bounds(double Warning, double Critical);

/// <summary>One thing that was checked.</summary>
/// <param name="Name">The thing.</param>
/// <param name="Value">Its value: bytes, seconds or a number.</param>
/// <param name="Bounds">Its bounds, in the same unit.</param>
/// <param name="IsBetterHigh">Whether what is too low is bad; otherwise what is too high is.</param>
/// <param name="Unit">The unit as Nagios writes it: B, s, or nothing.</param>
/// <param name="Words">The value for people.</param>
internal sealed record ServerCheck(string Name, double Value, Bounds Bounds, bool IsBetterHigh, string Unit, string Words)
{
    public CheckState State => Reaches(Bounds.Critical) ? CheckState.Critical : Reaches(Bounds.Warning) ? CheckState.Warning : CheckState.Ok;

    /// <summary>The state as programs name it.</summary>
    public string StateName => NameOf(State);

    /// <summary>The value with its bounds, in the form of Nagios's performance data.</summary>
    public string ToPerformanceData()
    {
        var range = IsBetterHigh ? ":" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Name}={Value:0.######}{Unit};{Bounds.Warning:0.######}{range};{Bounds.Critical:0.######}{range};0");
    }

    public static string NameOf(CheckState state) => state switch
    {
        CheckState.Ok => "ok",
        CheckState.Warning => "warning",
        _ => "critical",
    };

    private bool Reaches(double bound) => IsBetterHigh ? Value <= bound : Value >= bound;
}
