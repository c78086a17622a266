namespace ChatProtocol.Tools;

/// <summary>A file of lines that is its user's alone, as it may have secrets.</summary>
/// <param name="path">Where it is.</param>
/// <param name="what">What it has, in the plural, for messages, such as <c>logins</c>.</param>
internal sealed class PrivateFile(string path, string what)
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public string Path => path;

    /// <summary>The warning for a file that others can read or change; null if they cannot.</summary>
    public string? Exposure => !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Others) != 0
        ? $"Others can read or change the {what} in {path}, and be you. Run: chmod 600 '{path}'"
        : null;

    /// <summary>Its lines; none if it is not there.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public string[] ReadLines()
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Denied, $"the {what} in {path} cannot be read: {FailureReason.Of(e)}");
        }
    }

    /// <summary>The new file takes the place of the old one as a whole, and was never anybody else's to read.</summary>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public void WriteLines(IEnumerable<string> lines)
    {
        var next = $"{path}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!, OwnersFile | UnixFileMode.UserExecute);
            File.Delete(next);
            using (var file = new StreamWriter(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnersFile }))
                foreach (var line in lines)
                    file.Write(line + "\n");
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"the {what} cannot be kept in {path}: {FailureReason.Of(e)}");
        }
    }
}
