namespace ChatProtocol.Server;

/// <summary>The configuration of the program that runs the server, which owners see and have read again.</summary>
public interface IOperatorConfiguration
{
    /// <summary>The settings as they hold now, by ascending number. Any thread; it never waits long.</summary>
    IReadOnlyList<ConfigurationListItem> Settings { get; }

    /// <summary>Reads the settings again, and takes all of those that a running server can change, or none. Any thread.</summary>
    /// <returns>Why nothing was taken, with the place of each mistake; null if all was.</returns>
    string? Reload();
}
