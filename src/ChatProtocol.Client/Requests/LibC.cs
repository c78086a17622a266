using System.Runtime.InteropServices;

namespace ChatProtocol.Client;

/// <summary>The system calls that .NET lacks, all in this file.</summary>
internal static partial class LibC
{
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);
}
