using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>The system calls for a terminal's mode.</summary>
internal static partial class LibC
{
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
}
