using System.Runtime.InteropServices;

namespace ChatProtocol.Server;

/// <summary>The limit of files and sockets that this process may have open at once: the system's <c>RLIMIT_NOFILE</c>.</summary>
public static partial class DescriptorLimit
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
        if (!OperatingSystem.IsLinux() || Get(OpenFiles, out var limit) != 0)
            return long.MaxValue;
        if (limit.Soft < limit.Hard)
            Set(OpenFiles, limit with { Soft = limit.Hard });
        return Get(OpenFiles, out limit) == 0 && limit.Soft < long.MaxValue ? (long)limit.Soft : long.MaxValue;
    }

    /// <summary>How many descriptors are open.</summary>
    internal static int CountOpen() => OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int Get(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int Set(int resource, in Limit limit);

    // struct rlimit: two fields of type unsigned long.
    private record struct Limit(nuint Soft, nuint Hard);
}
