using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>The system call for a terminal's size.</summary>
internal static partial class LibC
{
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

    /// <summary>A struct winsize.</summary>
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
