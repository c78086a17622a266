namespace ChatProtocol.Server;

/// <summary>
/// Says whether the server lives, for a supervisor that would kill it otherwise, and whether it is ready, for whoever sends it clients.
/// A server that drains or whose disk is full lives. Thread-safe.
/// </summary>
/// <param name="beat">Completes when the hub's thread has come round.</param>
/// <param name="failed">Faults when the server cannot go on.</param>
/// <param name="isLogFailing">Whether the last batch could not be stored.</param>
/// <param name="isDiskLow">Whether so little is left on the disk that posts are refused.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerHealth(Func<Task> beat, Task failed, Func<bool> isLogFailing, Func<bool> isDiskLow, TimeProvider time)
{
    /// <summary>How long the hub's thread may take to come round: a turn takes milliseconds, so it hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile bool _isServing;
    private volatile bool _isStopping;

    /// <summary>The server takes connections from here on.</summary>
    public void Serves() => _isServing = true;

    /// <summary>The server is about to end.</summary>
    public void Stops() => _isStopping = true;

    /// <summary>Why the server does not live; null if it does. No disk is asked.</summary>
    public async Task<string?> FindHindranceAsync()
    {
        if (WhyFailed is { } failure)
            return failure;
        try
        {
            await beat().WaitAsync(Patience, time).ConfigureAwait(false);
            return null;
        }
        catch (TimeoutException)
        {
            return $"the hub's thread has not come round for {Patience.TotalSeconds:0} s";
        }
    }

    /// <summary>Why the server is not ready for clients; null if it is.</summary>
    public string? FindUnready() =>
        _isStopping ? "the server is stopping"
        : !_isServing ? "the server is starting"
        : WhyFailed is { } failure ? failure
        : isDiskLow() ? "the disk is almost full, and posts are refused"
        : isLogFailing() ? "the log could not be written when it was tried last"
        : null;

    private string? WhyFailed => failed.Exception is { InnerException: { } cause } ? $"the server cannot go on: {cause.Message.ReplaceLineEndings(" ")}" : null;
}
