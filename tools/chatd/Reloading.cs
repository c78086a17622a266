using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>
/// What SIGHUP does: the configuration is read again, what can change under a running server does, and the rest is named.
/// With a mistake in it everything stays as it is. Belongs to one signal at a time.
/// </summary>
internal sealed partial class Reloading(Configuration current, Func<Configuration> read, LogThreshold threshold, ServiceNotification manager, ILogger logger)
{
    private readonly Lock _one = new();
    private Configuration _current = current;

    public void Reload()
    {
        lock (_one)
        {
            manager.Reloading();
            try
            {
                Apply(read());
            }
            catch (ServerException e)
            {
                LogRefused(logger, e.Message);
            }
            finally
            {
                manager.Ready();
            }
        }
    }

    private void Apply(Configuration next)
    {
        // A mistake shows now, and not when the server is started the next time.
        _ = next.ToServerOptions([]);
        threshold.Lowest = next.ToLogLevel();
        var waiting = string.Join(", ", _current.DifferencesTo(next));
        if (waiting.Length == 0)
            LogReloaded(logger, threshold.Lowest);
        else
            LogReloadedInPart(logger, threshold.Lowest, waiting);
        _current = _current with { LogLevel = next.LogLevel };
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "the configuration was read again; log-level is {Level}")]
    private static partial void LogReloaded(ILogger logger, LogLevel level);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "the configuration was read again; log-level is {Level}, and what has changed of {Settings} holds from the next start on")]
    private static partial void LogReloadedInPart(ILogger logger, LogLevel level, string settings);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "the configuration was read again and cannot be used, so everything stays as it is: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
