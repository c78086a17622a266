using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>
/// The calls that change a terminal's mode. What they fill in is only handed back to them, so a buffer larger than any
/// system's <c>struct termios</c> does, and no layout has to be known.
/// </summary>
internal static partial class LibC
{
    public const int TermiosSize = 256;

    /// <summary>Changes the mode at once, without waiting for what is still to be shown.</summary>
    public const int Now = 0;

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetMode(int descriptor, Span<byte> termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetMode(int descriptor, int when, ReadOnlySpan<byte> termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(Span<byte> termios);
}
