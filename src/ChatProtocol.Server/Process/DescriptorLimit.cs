namespace ChatProtocol.Server;

/// <summary>The limit of files and sockets that this process may have open at once: the system's <c>RLIMIT_NOFILE</c>.</summary>
public static class DescriptorLimit
{
    /// <summary>With this many descriptors a server can run, with a few connections.</summary>
    public const int Least = 256;

    private const int OpenFiles = 7; // RLIMIT_NOFILE

    /// <summary>
    /// Raises the limit as far as this process may, and returns it; <see cref="long.MaxValue"/> where the system tells
    /// none.
    /// </summary>
    public static long Raise()
    {
        if (!OperatingSystem.IsLinux() || LibC.GetLimit(OpenFiles, out var limit) != 0)
            return long.MaxValue;
        if (limit.Soft < limit.Hard)
            LibC.SetLimit(OpenFiles, limit with { Soft = limit.Hard });
        return LibC.GetLimit(OpenFiles, out limit) == 0 && limit.Soft < long.MaxValue ? (long)limit.Soft : long.MaxValue;
    }

    /// <summary>How many descriptors are open.</summary>
    internal static int CountOpen() => OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;
}
