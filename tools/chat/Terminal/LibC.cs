using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>
/// The system calls for a raw terminal and for job control. The structures that the latter fill in are only passed back to them, so a
/// buffer larger than any system's <c>struct sigaction</c> is enough, and no layout has to be known.
/// </summary>
internal static partial class LibC
{
    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(Span<byte> termios);

    /// <summary>Whether a read would return at once.</summary>
    public static bool IsReadable(int descriptor)
    {
        var waiting = new PollDescriptor { Descriptor = descriptor, Events = PollIn };
        return Poll(ref waiting, 1, 0) > 0;
    }

    /// <summary>Asks the whole process group to stop, as a terminal does.</summary>
    public static void StopGroup() => _ = Kill(0, TerminalStop);

    /// <summary>
    /// Stops the process as if it had no handler for SIGTSTP, and returns when it is continued. In an orphaned process group,
    /// where no shell could continue it, the kernel ignores the signal and the call returns at once.
    /// </summary>
    public static void StopHere()
    {
        Span<byte> handler = stackalloc byte[StructSize];
        _ = GetAction(TerminalStop, 0, handler);
        _ = Signal(TerminalStop, Default);
        _ = Raise(TerminalStop);
        _ = SetAction(TerminalStop, handler, 0);
    }

    // SIGTSTP, and SIG_DFL.
    private static int TerminalStop => OperatingSystem.IsLinux() ? 20 : 18;

    private const nint Default = 0;

    private const short PollIn = 1;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int GetAction(int signal, nint nothing, Span<byte> action);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SetAction(int signal, ReadOnlySpan<byte> action, nint nothing);
}
