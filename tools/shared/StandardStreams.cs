using System.Runtime.InteropServices;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// The descriptors 0 to 2. If the parent process has closed one, the next file that the program opens takes its number, and
/// output for the terminal would be written into a database or a connection.
/// </summary>
internal static class StandardStreams
{
    private const string Null = "/dev/null";
    private const int ReadAndWrite = 2;
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int Last = 2;

    /// <summary>Opens the closed ones on /dev/null. Call it before anything else.</summary>
    public static void OpenClosed()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var isTaken = false;
        for (var descriptor = 0; descriptor <= Last; descriptor++)
        {
            var flags = LibC.ControlFile(descriptor, GetFlags);
            if (flags < 0)
                _ = LibC.OpenFile(Null, ReadAndWrite);
            else
                isTaken |= (flags & CloseOnExec) != 0;
        }
        if (isTaken)
            StartAgain();
    }

    /// <summary>
    /// A descriptor that closes on exec cannot have come from the parent: the runtime has opened a file of its own under that
    /// number, and needs it. So the program is executed again, with all three open.
    /// </summary>
    private static void StartAgain()
    {
        var arguments = RawArguments.OfProgram();
        var program = Environment.ProcessPath!;
        var empty = LibC.OpenFile(Null, ReadAndWrite);
        for (var descriptor = 0; descriptor <= Last; descriptor++)
            if ((LibC.ControlFile(descriptor, GetFlags) & CloseOnExec) != 0)
                _ = LibC.Duplicate(empty, descriptor);
        var pointers = new IntPtr[arguments.Count + 1];
        for (var i = 0; i < arguments.Count; i++)
        {
            pointers[i] = Marshal.AllocHGlobal(arguments[i].Length + 1);
            Marshal.Copy((byte[])[.. arguments[i].Span, 0], 0, pointers[i], arguments[i].Length + 1);
        }
        _ = LibC.Execute(Encoding.UTF8.GetBytes(program + '\0'), pointers);
        // The runtime has lost its file, and there is nowhere to report it.
        LibC.Exit(ExitCode.Failed);
    }
}
