using System.Runtime.CompilerServices;
using ChatProtocol.Server;

namespace ChatProtocol.Tools;

/// <summary>
/// Raises the limit of file descriptors, or ends the program, before anything else runs: the runtime keeps two descriptors
/// for each assembly that it loads, and without free descriptors it cannot report why it ends.
/// </summary>
internal static class DescriptorCheck
{
    [ModuleInitializer]
    internal static void RaiseOrRefuse()
    {
        if (DescriptorLimit.Raise() is >= DescriptorLimit.Least)
            return;
        // Written by a system call: the console class would need descriptors of its own.
        ReadOnlySpan<byte> sentence = "chatd: a server needs 256 file descriptors to run, and this process may not have that many: raise the limit with 'ulimit -n 1024', or LimitNOFILE= of systemd\n"u8;
        LibC.Write(2, sentence, sentence.Length);
        LibC.Exit(ExitCode.Failed);
    }
}
