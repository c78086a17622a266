namespace ChatProtocol.Tools;

/// <summary>The folders of the programs' files, by the XDG rules; never the working folder.</summary>
internal static class XdgFolders
{
    /// <summary>The default folder of the server's data, for the server and the admin tool.</summary>
    /// <exception cref="CommandException">There is no home folder: the message names --data.</exception>
    public static string ServerData => Path.Combine(Base("XDG_DATA_HOME", ".local/share"), "chatd");

    /// <summary>The path of a server's admin socket.</summary>
    public static string AdminSocket(string serverData) => Path.Combine(serverData, "admin.sock");

    private static string Base(string variable, string underHome)
    {
        // By the XDG rules a relative path is ignored.
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder && Path.IsPathRooted(folder))
            return folder;
        var home = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
            : Environment.GetEnvironmentVariable("HOME");
        return Validate(home) is { } fault
            ? throw new CommandException(ExitCode.Usage, $"there is no home folder, for {fault}: name the data folder with --data, or have {variable} begin with /")
            : Path.Combine(home!, underHome);
    }

    private static string? Validate(string? home) =>
        string.IsNullOrEmpty(home) ? "HOME is not set"
        : !Path.IsPathRooted(home) ? $"HOME is {home} and does not begin with /"
        : !Directory.Exists(home) ? $"HOME is {home} and does not exist"
        : null;
}
