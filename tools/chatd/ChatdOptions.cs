using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>The options that the settings of chatd set, for the server and for its log, with their defaults. Immutable.</summary>
internal sealed record ChatdOptions
{
    public static ChatdOptions Default { get; } = new();

    /// <summary>The options of the server; the data folder is empty if none was named.</summary>
    public ServerOptions Server { get; init; } = new() { DataFolder = "" };

    /// <summary>The form of the log; text by default.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>The lowest level that is logged; information by default.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
