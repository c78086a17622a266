namespace ChatProtocol.Tools;

/// <summary>
/// The lock in a server's data folder. The server holds it until everything in the folder is closed; there is no other sign
/// of that from outside.
/// </summary>
internal sealed class DataLock(string folder)
{
    /// <summary>EWOULDBLOCK: the server has the lock.</summary>
    private const int WouldBlock = 11;

    // The system does not signal a released lock, so it is polled.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string _file = Path.Combine(folder, "lock");

    /// <summary>Whether there is a lock: a folder without one was never a server's.</summary>
    public bool IsThere => File.Exists(_file);

    public override string ToString() => _file;

    /// <summary>Waits until the lock is free; false if that cannot be seen, since the lock's file is missing or may not be opened.</summary>
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
            // Opened shared, so that two waiting programs do not lock each other out.
            using var _ = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return true;
        }
    }
}
