using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>
/// The calls about a terminal and who has it. What they fill in is only handed back to them, so a buffer larger than any
/// system's <c>struct termios</c> does, and no layout has to be known.
/// </summary>
internal static partial class LibC
{
    public const int TermiosSize = 256;

    /// <summary>SIGTSTP.</summary>
    public static int TerminalStop => OperatingSystem.IsLinux() ? 20 : 18;

    /// <summary>Changes the mode at once, without waiting for what is still to be shown.</summary>
    public const int Now = 0;

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetMode(int descriptor, Span<byte> termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetMode(int descriptor, int when, ReadOnlySpan<byte> termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(Span<byte> termios);

    /// <summary>Whether a read would return at once.</summary>
    public static bool IsReadable(int descriptor)
    {
        var waiting = new PollDescriptor { Descriptor = descriptor, Events = PollIn };
        return Poll(ref waiting, 1, 0) > 0;
    }

    /// <summary>Signals the whole process group, as a terminal does.</summary>
    public static int SignalGroup(int signal) => Kill(0, signal);

    private const short PollIn = 1;

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
