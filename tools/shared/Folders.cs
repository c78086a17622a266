namespace ChatProtocol.Tools;

/// <summary>Where the programs keep their files, by the XDG rules.</summary>
internal static class Folders
{
    /// <summary>The server's data, which the admin tool looks for too.</summary>
    public static string ServerData => Path.Combine(Base("XDG_DATA_HOME", ".local/share"), "chatd");

    /// <summary>A server's admin socket.</summary>
    public static string AdminSocket(string serverData) => Path.Combine(serverData, "admin.sock");

    private static string Base(string variable, string underHome) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder && Path.IsPathRooted(folder)
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), underHome);
}
