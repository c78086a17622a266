using System.Runtime.InteropServices;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>
/// The descriptors 0 to 2. Where whoever started the program has closed one, the next file that is opened takes its place,
/// and what is meant for a terminal goes into it: a database, or a connection.
/// </summary>
internal static partial class StandardStreams
{
    private const string Null = "/dev/null";
    private const int ReadAndWrite = 2;
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int Last = 2;

    /// <summary>Opens those that are closed on /dev/null. To be called before anything else.</summary>
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
    /// What is closed at an exec cannot have been there at ours: the runtime was faster, and has opened something of its own
    /// there that it needs. So the same program takes the place of this one, with all three open.
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
        // The runtime has lost what it had there, and there is nowhere to say so.
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
