using System.Buffers.Binary;
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

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeout);

    /// <summary>
    /// Waits until a write would not wait, at most for so many milliseconds; false if it would. A write to a reader that is gone, or to a
    /// descriptor that cannot be waited for, does not wait.
    /// </summary>
    public static bool IsWritable(int descriptor, int milliseconds)
    {
        if (OperatingSystem.IsWindows())
            return true;
        var waiting = new PollDescriptor { Descriptor = descriptor, Events = PollOut };
        return Poll(ref waiting, 1, milliseconds) > 0;
    }

    private const short PollOut = 4;

    /// <summary>Larger than any system's <c>struct termios</c>.</summary>
    public const int StructSize = 256;

    /// <summary>TCSANOW: changes the mode at once, without waiting for pending output.</summary>
    public const int Now = 0;

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetMode(int descriptor, Span<byte> termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetMode(int descriptor, int when, ReadOnlySpan<byte> termios);

    /// <summary>Has a mode not show what is typed, but for the ends of lines.</summary>
    public static void ClearEcho(Span<byte> termios)
    {
        // The fourth of the flags' fields, each of 4 bytes on Linux and of 8 on macOS.
        var local = termios[(OperatingSystem.IsLinux() ? 12 : 24)..];
        BinaryPrimitives.WriteUInt32LittleEndian(local, BinaryPrimitives.ReadUInt32LittleEndian(local) & ~Echo | EchoNewline);
    }

    private const uint Echo = 0x8;

    // ECHONL.
    private static uint EchoNewline => OperatingSystem.IsLinux() ? 0x40u : 0x10u;

    /// <summary>Ends the process at once, without the runtime.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    /// <summary>Columns and rows of the terminal behind a descriptor; null if it is none, or has no size.</summary>
    public static (int Columns, int Rows)? TerminalSize(int descriptor)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var size = default(WindowSize);
        return ControlDevice(descriptor, OperatingSystem.IsMacOS() ? 0x40087468u : 0x5413u, ref size) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? (size.Columns, size.Rows) : null;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int ControlDevice(int descriptor, nuint request, ref WindowSize size);

    /// <summary>A struct pollfd: a descriptor, and its requested and returned events.</summary>
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    /// <summary>A struct winsize.</summary>
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
