using System.Runtime.InteropServices;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// The descriptors 0 to 2. If the parent process has closed one, the next file that the program opens takes its number, and
/// output for the terminal would be written into a database or a connection.
/// </summary>
internal static partial class StandardStreams
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
            var flags = Control(descriptor, GetFlags);
            if (flags < 0)
                _ = Open(Null, ReadAndWrite);
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
        var empty = Open(Null, ReadAndWrite);
        for (var descriptor = 0; descriptor <= Last; descriptor++)
            if ((Control(descriptor, GetFlags) & CloseOnExec) != 0)
                _ = Duplicate(empty, descriptor);
        var pointers = new IntPtr[arguments.Count + 1];
        for (var i = 0; i < arguments.Count; i++)
        {
            pointers[i] = Marshal.AllocHGlobal(arguments[i].Length + 1);
            Marshal.Copy((byte[])[.. arguments[i].Span, 0], 0, pointers[i], arguments[i].Length + 1);
        }
        _ = Execute(Encoding.UTF8.GetBytes(program + '\0'), pointers);
        // The runtime has lost its file, and there is nowhere to report it.
        End(ExitCode.Failed);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int descriptor, int place);

    [LibraryImport("libc", EntryPoint = "execv")]
    private static partial int Execute(byte[] path, IntPtr[] arguments);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void End(int exitCode);
}
