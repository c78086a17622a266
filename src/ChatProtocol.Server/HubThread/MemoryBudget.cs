namespace ChatProtocol.Server;

/// <summary>
/// Bytes that all connections together may hold: half frames, requests that are not answered yet, and output that waits to be sent.
/// While all together hold more than the budget, one connection may hold no more than its share in each direction. Nothing
/// is refused for it: reading stops, entries wait in the log, and half frames have less time to end. Thread-safe.
/// </summary>
/// <param name="bytes">Bytes of all connections together.</param>
/// <param name="connections">The most connections there are, which share the bytes.</param>
internal sealed class MemoryBudget(long bytes, int connections)
{
    /// <summary>The most bytes of one connection's input while there is plenty.</summary>
    public const int MostInput = 1024 * 1024;

    /// <summary>
    /// Bytes that every connection may hold, however many connections there are; a frame of any length is taken by itself.
    /// </summary>
    private const int Least = 4096;

    private readonly long _share = Math.Max(bytes / connections, Least);
    private long _held;
    private long _most;

    /// <summary>Bytes of input that one connection may hold just now.</summary>
    public int InputOfOne => IsExceeded ? (int)Math.Min(_share, MostInput) : MostInput;

    /// <summary>Bytes that may wait to be sent on one connection before entries and long replies are held back.</summary>
    /// <param name="most">The bytes while there is plenty.</param>
    public int OutputOfOne(int most) => IsExceeded ? (int)Math.Min(_share, most) : most;

    /// <summary>Bytes that all connections hold.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>The most bytes that were held at once since the last call.</summary>
    public long TakeMost() => Math.Max(Interlocked.Exchange(ref _most, Held), Held);

    private bool IsExceeded => Held > bytes;

    public void Hold(long more)
    {
        var held = Interlocked.Add(ref _held, more);
        // Two at once may lose the higher one, which does no harm.
        if (held > Volatile.Read(ref _most))
            Volatile.Write(ref _most, held);
    }

    public void GiveBack(long less) => Interlocked.Add(ref _held, -less);
}
