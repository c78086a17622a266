using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>The lowest level that is logged, which may change while the server runs. Thread-safe.</summary>
internal sealed class MinimumLogLevel
{
    private volatile int _lowest = (int)LogLevel.Information;

    public LogLevel Lowest
    {
        get => (LogLevel)_lowest;
        set => _lowest = (int)value;
    }

    public bool Lets(string? category, LogLevel level)
    {
        // A failed start is thrown as an exception, which is reported in one sentence.
        if (category?.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal) ?? false)
            return false;
        // Entries of the web host are of use only for debugging it.
        var isHosts = category?.StartsWith("Microsoft", StringComparison.Ordinal) ?? false;
        return level >= (isHosts && Lowest == LogLevel.Information ? LogLevel.Warning : Lowest);
    }
}
