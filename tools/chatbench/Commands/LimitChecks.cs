using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Checks options against the server's limits, before anything is measured.</summary>
internal static class LimitChecks
{
    public static void Check(string option, int value, int most, string ofWhat)
    {
        if (value > most)
            throw new BenchException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"{option} {value} is more than the {most} {ofWhat}"));
    }
}
