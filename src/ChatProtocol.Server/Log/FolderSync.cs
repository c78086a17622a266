using System.ComponentModel;

namespace ChatProtocol.Server;

/// <summary>The operation on folders that .NET lacks.</summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Makes the names of a folder's files outlive a loss of power; a file's own sync keeps only its content.</summary>
    public static void FlushToDisk(string path)
    {
        // Windows keeps a name with its file.
        if (OperatingSystem.IsWindows())
            return;
        var folder = LibC.Open(path, ReadOnly);
        if (folder < 0)
            throw new IOException($"{path}: {new Win32Exception().Message}");
        var isSynced = LibC.Synchronize(folder) == 0;
        var error = new Win32Exception();
        _ = LibC.Close(folder);
        if (!isSynced)
            throw new IOException($"{path}: {error.Message}");
    }
}
