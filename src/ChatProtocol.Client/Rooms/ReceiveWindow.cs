namespace ChatProtocol.Client;

/// <summary>
/// The bytes of a room taken in one membership, told to the server every half window so that it never has to stop for a
/// reader that keeps up (CP-DEL-035). Thread-safe.
/// </summary>
internal sealed class ReceiveWindow(SendBuffer output, ulong room, ulong window)
{
    private readonly Lock _gate = new();
    private ulong _taken;
    private ulong _told;
    private bool _isOver;

    public void Take(int bytes)
    {
        lock (_gate)
        {
            _taken += (ulong)bytes;
            if (_isOver || _taken - _told < window / 2)
                return;
            _told = _taken;
            output.Write(new Taken(room, _taken));
        }
    }

    /// <summary>The membership ends: bytes of it that are taken from here on are not told, as another one counts from 0 (CP-DEL-036).</summary>
    public void End()
    {
        lock (_gate)
            _isOver = true;
    }
}
