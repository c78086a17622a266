using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>
/// Reloads the configuration on SIGHUP: reads it again, applies the settings that a running server can change, and logs the
/// others that differ. With a mistake in it everything stays as it is. Not thread-safe: one signal at a time.
/// </summary>
/// <param name="started">The configuration of the start.</param>
/// <param name="read">Reads the configuration again.</param>
/// <param name="apply">Changes the settings that can be changed.</param>
/// <param name="manager">The service manager, which is notified of the reload.</param>
/// <param name="logger">The log of the outcome.</param>
internal sealed partial class ConfigurationReload(MergedConfiguration started, Func<MergedConfiguration> read, Action<ChatdOptions> apply, SystemdNotifier manager, ILogger logger)
{
    private readonly Lock _one = new();

    public void Reload()
    {
        lock (_one)
        {
            manager.Reloading();
            Read();
            manager.Ready();
        }
    }

    private void Read()
    {
        var next = read();
        // A mistake is reported now, and not at the next start of the server.
        if (next.CheckAll() is { Count: > 0 } faults)
        {
            LogRefused(logger, string.Join("; ", faults.Select(fault => fault.Message)));
            return;
        }
        apply(next.Effective);
        var waiting = string.Join(", ", started.DifferencesTo(next).Where(difference => !difference.Setting.IsReloadable).Select(difference => difference.Name));
        if (waiting.Length == 0)
            LogReloaded(logger, next.Effective.LogLevel);
        else
            LogReloadedInPart(logger, next.Effective.LogLevel, waiting);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "the configuration was read again; log-level is {Level}")]
    private static partial void LogReloaded(ILogger logger, LogLevel level);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "the configuration was read again; log-level is {Level}, and what has changed of {Settings} holds from the next start on")]
    private static partial void LogReloadedInPart(ILogger logger, LogLevel level, string settings);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "the configuration was read again and cannot be used, so everything stays as it is: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
