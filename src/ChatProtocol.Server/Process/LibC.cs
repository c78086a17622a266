using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Server;

/// <summary>The system calls that .NET lacks, all in this file. Those that name no error leave it to the last P/Invoke error.</summary>
internal static partial class LibC
{
    /// <summary>Reads a clock.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int GetTime(int clock, out TimeSpec now);

    /// <summary>The user that the process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();

    /// <summary>Sets the mode bits that a new file is not given, and returns those before.</summary>
    [LibraryImport("libc", EntryPoint = "umask")]
    public static partial uint SetMask(uint bits);

    /// <summary>In the place of a process, for <see cref="SetPriority"/>: with 0, the calling thread.</summary>
    public const int OfThread = 0;

    /// <summary>Sets how willing a thread is to leave the processor to others: 19 is the most.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    public static partial int SetPriority(int which, uint who, int nice);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    public static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    public static partial int SetLimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, ref ulong value, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, in ulong value, nint length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, Span<byte> into, nint length, int flags);

    /// <summary>Makes a descriptor that counts, and is readable while the count is not 0.</summary>
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateCounter(uint start, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreateEpoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlEpoll(SafeFileHandle epoll, int operation, int file, ReadOnlySpan<byte> wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int WaitForEvents(SafeFileHandle epoll, Span<byte> events, int most, int milliseconds);

    // struct timespec: two fields of a word each.
    public readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }

    // struct rlimit: two fields of type unsigned long.
    public record struct ResourceLimit(nuint Soft, nuint Hard);
}
