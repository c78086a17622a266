namespace ChatProtocol.Hub;

/// <summary>
/// Tells rooms who came and went: coalesced to one frame a room in each interval, never stored, never in the way of what
/// is (CP-PRE-001).
/// </summary>
internal sealed class PresenceBoard(HubOptions options)
{
    /// <summary>Above so many principals only their number is told (CP-PRE-003).</summary>
    private const int MaxNamed = 100;

    private readonly Queue<Room> _due = new();
    private readonly long _interval = (long)options.PresenceInterval.TotalMilliseconds;

    /// <summary>When there is next something to tell; null if nothing has changed.</summary>
    public long? NextDue => _due.TryPeek(out var room) ? room.Presence.LastTold + _interval : null;

    public void Enter(Room room, Principal principal, long now) => Queue(room, room.Presence.Enter(principal), now);

    public void Exit(Room room, Principal principal, long now) => Queue(room, room.Presence.Exit(principal), now);

    public void Renamed(Room room, Principal principal, string oldName, long now) =>
        Queue(room, room.Presence.Renamed(principal, oldName), now);

    public void Tell(long now)
    {
        while (_due.TryPeek(out var room) && room.Presence.LastTold + _interval <= now)
        {
            _due.Dequeue();
            room.Presence.IsQueued = false;
            room.Presence.LastTold = now;
            Tell(room);
        }
    }

    private void Queue(Room room, bool changed, long now)
    {
        if (!changed || room.IsPrivate || room.Presence.IsQueued)
            return;
        room.Presence.IsQueued = true;
        // A full interval from now also where it was quiet before, so that the queue is in the order of time.
        room.Presence.LastTold = now;
        _due.Enqueue(room);
    }

    private static void Tell(Room room)
    {
        List<PresentUser> arrived = [], left = [];
        room.Presence.Take(arrived, left);
        if (arrived.Count == 0 && left.Count == 0)
            return;
        var count = new Presence(room.Id, (ulong)room.Presence.Count, [], []);
        var full = room.Presence.Count > MaxNamed ? count : count with { Arrived = arrived, Left = left };
        foreach (var member in room.Members)
        {
            // Who is behind with what is stored is spared what is not.
            if (member.Presence != PresenceMode.None && !member.Session.IsFull)
                member.Session.Reply(member.Presence == PresenceMode.Full ? full : count);
        }
    }
}
