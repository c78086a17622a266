using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>
/// The configuration of the running server. A reload, by SIGHUP or an owner, reads it again, applies the settings that a running server can
/// change, and logs the others that differ. With a mistake in it everything stays as it is. Thread-safe.
/// </summary>
/// <param name="started">The configuration of the start.</param>
/// <param name="read">Reads the configuration again.</param>
/// <param name="apply">Changes the settings that can be changed; returns why it changed none, or null.</param>
/// <param name="manager">The service manager, which is notified of the reload.</param>
/// <param name="logger">The log of the outcome.</param>
internal sealed partial class RunningConfiguration(
    MergedConfiguration started, Func<MergedConfiguration> read, Func<ChatdOptions, string?> apply, SystemdNotifier manager, ILogger logger) : IOperatorConfiguration
{
    private readonly Lock _one = new();
    private volatile IReadOnlyList<ConfigurationListItem> _settings = Describe(started, started);

    public IReadOnlyList<ConfigurationListItem> Settings => _settings;

    public string? Reload()
    {
        lock (_one)
        {
            manager.Reloading();
            var complaint = Read();
            manager.Ready();
            return complaint;
        }
    }

    private string? Read()
    {
        var next = read();
        // A mistake is reported now, and not at the next start of the server.
        var complaint = next.CheckAll() is { Count: > 0 } faults ? string.Join("; ", faults.Select(fault => fault.Message)) : apply(next.Effective);
        if (complaint is not null)
        {
            LogRefused(logger, complaint);
            return complaint;
        }
        _settings = Describe(started, next);
        var waiting = string.Join(", ", started.DifferencesTo(next).Where(difference => !difference.Setting.IsReloadable).Select(difference => difference.Name));
        if (waiting.Length == 0)
            LogReloaded(logger, next.Effective.LogLevel);
        else
            LogReloadedInPart(logger, next.Effective.LogLevel, waiting);
        return null;
    }

    /// <summary>The settings as they hold: those of the start, and of the last reload what that could change.</summary>
    private static ConfigurationListItem[] Describe(MergedConfiguration started, MergedConfiguration latest) =>
        [.. started.Values().Zip(latest.Values(), (before, now) =>
        {
            var hasChanged = before.Value.Text != now.Value.Text;
            var holds = before.Setting.IsReloadable ? now : before;
            return new ConfigurationListItem(0, before.Value.Name, holds.Value.Text, OriginOf(holds.From, hasChanged && before.Setting.IsReloadable),
                Restart: !before.Setting.IsReloadable, holds.From?.Name, Next: hasChanged && !before.Setting.IsReloadable ? now.Value.Text : null);
        }).Select((item, index) => item with { Setting = (ulong)index + 1 })];

    private static SettingOrigin OriginOf(SettingSource? from, bool isReloaded) => from switch
    {
        null => SettingOrigin.Default,
        { Origin: SettingOrigin.File } when isReloaded => SettingOrigin.Reloaded,
        _ => from.Origin,
    };

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "the configuration was read again; log-level is {Level}")]
    private static partial void LogReloaded(ILogger logger, LogLevel level);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "the configuration was read again; log-level is {Level}, and what has changed of {Settings} holds from the next start on")]
    private static partial void LogReloadedInPart(ILogger logger, LogLevel level, string settings);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "the configuration was read again and cannot be used, so everything stays as it is: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
