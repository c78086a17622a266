namespace ChatProtocol.Simulation;

/// <summary>How far a connection was told that its principal has read, by room (CP-MRK-001, 003).</summary>
internal sealed class MarkersSeen(World world, Link link)
{
    private readonly Dictionary<ulong, ulong> _seen = [];

    /// <summary>Checks what the server has told.</summary>
    /// <param name="room">The room.</param>
    /// <param name="asked">The seq that was to be marked; 0 for none.</param>
    /// <param name="seq">The marker.</param>
    /// <param name="unread">What is unread.</param>
    /// <param name="head">The last entry that counts.</param>
    public void See(ulong room, ulong asked, ulong seq, ulong unread, ulong head)
    {
        var ledger = world.Ledger.RoomOf(room);
        ledger.Law.SeeTold(link, "a marker");
        if (head > ledger.Told || seq > head)
            throw new Violation(Checker.NotDurable, $"{link} is told the marker {seq} and the head {head} of room {room}, which ends with {ledger.Told}");
        if (seq < asked || seq < _seen.GetValueOrDefault(room))
            throw new Violation(Checker.Marker, $"{link} is told the marker {seq} of room {room}, and it was {Math.Max(asked, _seen.GetValueOrDefault(room))}");
        if (unread > ledger.SaidBetween(seq, head))
            throw new Violation(Checker.Marker, $"{unread} entries of room {room} are told as unread, and {ledger.SaidBetween(seq, head)} are said from {seq} to {head}");
        _seen[room] = seq;
    }
}
