using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>Everything that chatd can be told to do otherwise, with what it does when it is told nothing. Immutable.</summary>
internal sealed record ServerSettings
{
    public static ServerSettings Default { get; } = new();

    /// <summary>The folder is empty while none was named.</summary>
    public ServerOptions Server { get; init; } = new() { DataFolder = "" };

    /// <summary>The least important messages that are logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
