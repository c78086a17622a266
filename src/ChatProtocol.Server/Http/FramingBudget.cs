namespace ChatProtocol.Server;

/// <summary>
/// The bytes below a WebSocket. What comes there beside what messages carry is headers, pings and empty messages: work that nothing else
/// counts, so more than a few thousand of them without data break the connection (CP-WSK-006).
/// </summary>
internal sealed class FramingBudget(Stream transport) : AsynchronousStream
{
    /// <summary>The most bytes that may come while messages carry none.</summary>
    public const int Most = 64 * 1024;

    /// <summary>So many of them are made good by a byte that is carried: it may have a frame of its own, with the longest header.</summary>
    private const int MadeGood = 16;

    private long _uncarried;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_uncarried > Most)
            throw new IOException("the WebSocket carries next to nothing but control frames");
        var count = await transport.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _uncarried += count;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => transport.WriteAsync(buffer, cancellationToken);

    /// <summary>So many bytes of what came were carried by messages.</summary>
    public void Carried(int bytes) => _uncarried = Math.Max(0, _uncarried - ((long)MadeGood * bytes));
}
