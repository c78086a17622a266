using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>
/// Tells a service manager that watches (<c>WatchdogSec=</c> of systemd) that the server lives: each time that the hub's thread has come
/// round, twice in the time within which the manager wants to hear of it. Where the thread hangs nothing is told, and the manager
/// kills the process.
/// </summary>
internal sealed partial class Watchdog : IAsyncDisposable
{
    private const string Time = "WATCHDOG_USEC", Process = "WATCHDOG_PID";

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private Watchdog(TimeSpan interval, Func<Task> beat, SystemdNotifier manager) => _running = RunAsync(interval, beat, manager);

    /// <summary>Begins, if the environment says that this process is watched.</summary>
    /// <param name="beat">Completes when the hub's thread has come round.</param>
    /// <param name="manager">The service manager.</param>
    /// <param name="logger">Told of a time that is none.</param>
    public static Watchdog? StartIfWanted(Func<Task> beat, SystemdNotifier manager, ILogger logger)
    {
        if (Environment.GetEnvironmentVariable(Time) is not { Length: > 0 } time)
            return null;
        // The variables may be meant for a process that has started this one.
        if (Environment.GetEnvironmentVariable(Process) is { Length: > 0 } process && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            return null;
        if (long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds is >= 1000 and <= int.MaxValue * 1000L)
            return new Watchdog(TimeSpan.FromMicroseconds(microseconds) / 2, beat, manager);
        LogNoTime(logger, time);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(TimeSpan interval, Func<Task> beat, SystemdNotifier manager)
    {
        using var timer = new PeriodicTimer(interval);
        do
        {
            await beat().WaitAsync(_stop.Token);
            manager.Alive();
        }
        while (await timer.WaitForNextTickAsync(_stop.Token));
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "WATCHDOG_USEC is '{Time}', and no time in microseconds: the service manager will not be told that the server lives")]
    private static partial void LogNoTime(ILogger logger, string time);
}
