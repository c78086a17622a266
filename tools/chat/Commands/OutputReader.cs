using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>Whoever reads our standard output, as head behind a pipe: that he has gone, nothing tells while there is nothing to write.</summary>
internal static partial class OutputReader
{
    private const int StandardOutput = 1;

    private const int Forever = -1;

    /// <summary>EINTR: a signal came in between.</summary>
    private const int Interrupted = 4;

    /// <summary>Does something as long as somebody may read of it. That nobody does any more is a good end.</summary>
    public static async Task<int> WhileThereAsync(Func<CancellationToken, Task<int>> act, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var acting = act(ended.Token);
        if (await Task.WhenAny(acting, WaitUntilGoneAsync()) == acting)
            return await acting;
        await ended.CancelAsync();
        await ((Task)acting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Done;
    }

    /// <summary>Of a file it is never told, and a terminal that goes takes us with it.</summary>
    private static Task WaitUntilGoneAsync() => OperatingSystem.IsWindows() || !Console.IsOutputRedirected
        ? Task.Delay(Timeout.Infinite)
        // On a background thread of its own, which keeps nobody from exiting.
        : Task.Factory.StartNew(WaitUntilGone, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void WaitUntilGone()
    {
        // A struct pollfd: the descriptor, and two shorts for what is asked and what is told. An error and a hang-up are
        // told without being asked for, and nothing else is of interest.
        Span<int> output = [StandardOutput, 0];
        while (Poll(output, 1, Forever) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<int> descriptors, nuint count, int milliseconds);
}
