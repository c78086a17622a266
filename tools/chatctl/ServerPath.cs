using System.Text;

namespace ChatProtocol.Tools;

/// <summary>A path that is given to the server, whose working folder may be another one.</summary>
internal static class ServerPath
{
    /// <summary>The absolute path.</summary>
    /// <param name="given">The path as it was typed.</param>
    /// <param name="thing">The thing that lies there, for the error.</param>
    /// <exception cref="CommandException">It is too long for a request.</exception>
    public static string Of(string given, string thing)
    {
        var path = Path.GetFullPath(given);
        return Encoding.UTF8.GetByteCount(path) is > Backup.MaxPath and var length
            ? throw new CommandException(ExitCode.Usage, $"the path has {length} bytes, and that of {thing} at most {Backup.MaxPath}")
            : path;
    }
}
