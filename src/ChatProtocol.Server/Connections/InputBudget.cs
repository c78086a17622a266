namespace ChatProtocol.Server;

/// <summary>
/// What all connections together may hold of what they were sent: half frames, and requests that are not answered yet. One
/// connection has room for <see cref="Most"/>; while all together hold more than the budget, for no more than its share:
/// no request is refused for it, reading stops; and half frames have less time to end. Thread-safe.
/// </summary>
/// <param name="bytes">Of all connections together.</param>
/// <param name="connections">The most there are, which share it.</param>
internal sealed class InputBudget(long bytes, int connections)
{
    /// <summary>Bytes of one connection while there is plenty.</summary>
    public const int Most = 1024 * 1024;

    /// <summary>Bytes that everybody may hold however many there are; a frame of any length is taken by itself.</summary>
    private const int Least = 4096;

    private readonly int _share = (int)Math.Clamp(bytes / connections, Least, Most);
    private long _held;

    /// <summary>Bytes that one connection may hold just now.</summary>
    public int ForEach => Volatile.Read(ref _held) > bytes ? _share : Most;

    public void Hold(long more) => Interlocked.Add(ref _held, more);

    public void GiveBack(long less) => Interlocked.Add(ref _held, -less);
}
