using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ChatProtocol.Tools;

/// <summary>
/// Formats each log entry as one line without control characters, since names, reasons and addresses in it may come from
/// strangers. This is the only place where logged text is made <see cref="Escaped"/>.
/// </summary>
internal sealed class LogLineFormatter(TimeProvider time, TerminalStyle style) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "chatd";

    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, TextWriter writer)
    {
        var message = entry.Formatter(entry.State, entry.Exception);
        writer.Write($"{time.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture)} {Level(entry.LogLevel)}: {Escaped.Line(entry.Category)}[{entry.EventId.Id}] {Escaped.Line(message)}");
        if (entry.Exception is { } exception)
            writer.Write($" {Escaped.Line(exception.ToString())}");
        writer.WriteLine();
    }

    private string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => style.Bold("warn"),
        LogLevel.Error => style.Error("fail"),
        _ => style.Error("crit"),
    };
}
