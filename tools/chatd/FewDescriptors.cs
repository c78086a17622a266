using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChatProtocol.Server;

namespace ChatProtocol.Tools;

/// <summary>
/// Raises the limit of file descriptors, or ends the program, before anything else runs: the runtime keeps two descriptors
/// for each assembly that it loads, and without free descriptors it cannot report why it ends.
/// </summary>
internal static partial class FewDescriptors
{
    [ModuleInitializer]
    internal static void RaiseOrRefuse()
    {
        if (DescriptorLimit.Raise() is >= DescriptorLimit.Least)
            return;
        // Written by a system call: the console class would need descriptors of its own.
        ReadOnlySpan<byte> sentence = "chatd: a server needs 256 file descriptors to run, and this process may not have that many: raise the limit with 'ulimit -n 1024', or LimitNOFILE= of systemd\n"u8;
        Write(2, sentence, sentence.Length);
        Exit(ExitCode.Failed);
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, ReadOnlySpan<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
