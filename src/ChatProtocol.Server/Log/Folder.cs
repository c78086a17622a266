using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ChatProtocol.Server;

/// <summary>The operation on folders that .NET lacks.</summary>
internal static partial class Folder
{
    private const int ReadOnly = 0;

    /// <summary>Makes the names of a folder's files outlive a loss of power; a file's own sync keeps only its content.</summary>
    public static void FlushToDisk(string path)
    {
        // Windows keeps a name with its file.
        if (OperatingSystem.IsWindows())
            return;
        var folder = Open(path, ReadOnly);
        if (folder < 0)
            throw new IOException($"{path}: {new Win32Exception().Message}");
        var isSynced = Synchronize(folder) == 0;
        var error = new Win32Exception();
        _ = Close(folder);
        if (!isSynced)
            throw new IOException($"{path}: {error.Message}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
