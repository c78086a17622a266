namespace ChatProtocol.Hub;

/// <summary>
/// Flow control for one room: how far the entries sent may run ahead of those that the reader has taken, both counted in bytes of
/// frames since the membership began (CP-DEL-031).
/// </summary>
internal sealed class SendWindow(ulong window)
{
    private ulong _sent;
    private ulong _taken;

    /// <summary>Whether the window is used up, so that nothing more may be sent for now.</summary>
    public bool IsSpent => _sent - _taken > window;

    /// <summary>How many bytes may still be sent before the window is used up; at least one while it is not.</summary>
    public ulong Left => IsSpent ? 0 : window - (_sent - _taken) + 1;

    public void Send(int bytes) => _sent += (ulong)bytes;

    /// <summary>Takes bytes; false if fewer were sent (CP-DEL-034).</summary>
    public bool TryTake(ulong bytes)
    {
        if (bytes > _sent)
            return false;
        _taken = Math.Max(_taken, bytes);
        return true;
    }
}
