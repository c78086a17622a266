using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>The system calls that only the server's program needs.</summary>
internal static partial class LibC
{
    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int file, ReadOnlySpan<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    public static partial int ControlFile(int descriptor, int command, int flags);
}
