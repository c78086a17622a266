using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>
/// The reader of standard output, such as head behind a pipe. While there is nothing to write, no failed write shows that it
/// is gone, so it is polled for.
/// </summary>
internal static class BrokenPipeMonitor
{
    private const int StandardOutput = 1;

    private const int Forever = -1;

    /// <summary>EINTR: a signal interrupted the call.</summary>
    private const int Interrupted = 4;

    /// <summary>Runs an action until it ends or the reader is gone, which is a success.</summary>
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

    /// <summary>Completes when the reader is gone; never for a file, nor for a terminal, whose hang-up ends the program.</summary>
    private static Task WaitUntilGoneAsync() => OperatingSystem.IsWindows() || !Console.IsOutputRedirected
        ? Task.Delay(Timeout.Infinite)
        // On a background thread of its own, which does not keep the program from exiting.
        : Task.Factory.StartNew(WaitUntilGone, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void WaitUntilGone()
    {
        // Error and hang-up are returned without being requested, and no other event is needed.
        var output = new LibC.PollDescriptor { Descriptor = StandardOutput };
        while (LibC.Poll(ref output, 1, Forever) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }
}
