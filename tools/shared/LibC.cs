using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>The system calls that all programs need; a program that needs others has them in a file of this name too.</summary>
internal static partial class LibC
{
    [LibraryImport("libc", EntryPoint = "fcntl")]
    public static partial int ControlFile(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenFile(string path, int flags);

    /// <summary>Has a second descriptor refer to the same file.</summary>
    [LibraryImport("libc", EntryPoint = "dup2")]
    public static partial int Duplicate(int descriptor, int place);

    /// <summary>Replaces the running program; returns only if that fails.</summary>
    [LibraryImport("libc", EntryPoint = "execv")]
    public static partial int Execute(byte[] path, IntPtr[] arguments);

    /// <summary>Ends the process at once, without the runtime.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);
}
