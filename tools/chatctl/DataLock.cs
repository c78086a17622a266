namespace ChatProtocol.Tools;

/// <summary>A server holds the lock in its data folder until everything in there is closed, which nothing else tells from outside.</summary>
internal sealed class DataLock(string folder)
{
    /// <summary>EWOULDBLOCK: the server has the lock.</summary>
    private const int WouldBlock = 11;

    // Nobody is told when a lock becomes free, so it is looked at again and again.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string _file = Path.Combine(folder, "lock");

    /// <summary>Waits until the folder is nobody's; false if that cannot be told, for the lock is not there or not ours to look at.</summary>
    public async Task<bool> WaitUntilFreeAsync(CancellationToken stop)
    {
        try
        {
            while (IsHeld())
                await Task.Delay(Pause, stop);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool IsHeld()
    {
        try
        {
            // Shared, so that two who wait do not see each other.
            using var _ = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return true;
        }
    }
}
