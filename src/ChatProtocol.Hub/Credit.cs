namespace ChatProtocol.Hub;

/// <summary>
/// How far entries of one room may run ahead of what their reader has taken of them, both counted in bytes of frames since
/// the membership began (CP-DEL-031).
/// </summary>
internal sealed class Credit(ulong window)
{
    private ulong _sent;
    private ulong _taken;

    /// <summary>Whether nothing more may be sent for now.</summary>
    public bool IsSpent => _sent - _taken > window;

    /// <summary>How much may still be sent before it is spent; at least one byte while it is not.</summary>
    public ulong Left => IsSpent ? 0 : window - (_sent - _taken) + 1;

    public void Send(int bytes) => _sent += (ulong)bytes;

    /// <summary>False if so much was never sent (CP-DEL-034).</summary>
    public bool TryTake(ulong bytes)
    {
        if (bytes > _sent)
            return false;
        _taken = Math.Max(_taken, bytes);
        return true;
    }
}
