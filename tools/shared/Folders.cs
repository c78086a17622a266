namespace ChatProtocol.Tools;

/// <summary>Where the programs keep their files, by the XDG rules. Never in the folder that somebody happens to be in.</summary>
internal static class Folders
{
    /// <summary>The server's data, which the admin tool looks for too.</summary>
    /// <exception cref="CommandException">There is nowhere to keep it: the message names --data.</exception>
    public static string ServerData => Path.Combine(Base("XDG_DATA_HOME", ".local/share"), "chatd");

    /// <summary>A server's admin socket.</summary>
    public static string AdminSocket(string serverData) => Path.Combine(serverData, "admin.sock");

    private static string Base(string variable, string underHome)
    {
        // The XDG rules have relative paths ignored.
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder && Path.IsPathRooted(folder))
            return folder;
        var home = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
            : Environment.GetEnvironmentVariable("HOME");
        return Complain(home) is { } complaint
            ? throw new CommandException(ExitCode.Usage, $"there is no home folder, for {complaint}: name the data folder with --data, or have {variable} begin with /")
            : Path.Combine(home!, underHome);
    }

    private static string? Complain(string? home) =>
        string.IsNullOrEmpty(home) ? "HOME is not set"
        : !Path.IsPathRooted(home) ? $"HOME is {home} and does not begin with /"
        : !Directory.Exists(home) ? $"HOME is {home} and does not exist"
        : null;
}
