namespace ChatProtocol.Hub;

/// <summary>
/// Tells rooms which principals came and left: coalesced to one frame a room in each interval, never stored, and never delaying
/// entries, which are stored (CP-PRE-001).
/// </summary>
internal sealed class PresenceBoard(HubOptions options, StepCounter steps, SlowWork slowWork)
{
    /// <summary>
    /// Above so many principals only their number is told (CP-PRE-003), and so many changes at once: the names of as many fit any
    /// limit <c>frame</c>.
    /// </summary>
    private const int MaxNamed = 100;

    /// <summary>Rooms with more members than this are told in steps.</summary>
    private const int MaxAtOnce = 64;

    private readonly Queue<Room> _due = new();
    private readonly long _interval = (long)options.Times.PresenceInterval.TotalMilliseconds;

    /// <summary>When the next presence frame is due; null if nothing has changed.</summary>
    public long? NextDue => _due.TryPeek(out var room) ? room.Presence.LastTold + _interval : null;

    public void Enter(Room room, Principal principal, long now) => Queue(room, room.Presence.Enter(principal), now);

    public void Exit(Room room, Principal principal, long now) => Queue(room, room.Presence.Exit(principal), now);

    public void Renamed(Room room, Principal principal, string oldName, long now) =>
        Queue(room, room.Presence.Renamed(principal, oldName), now);

    /// <summary>Sends the frames that are due, until the steps are used up; the rest is sent in the next turn.</summary>
    public void Tell(long now, long until)
    {
        while (steps.Count < until && _due.TryPeek(out var room) && room.Presence.LastTold + _interval <= now)
        {
            _due.Dequeue();
            room.Presence.LastTold = now;
            if (room.Presence.IsTelling)
            {
                // Its members still get the frame before; nobody may get the two in the wrong order.
                _due.Enqueue(room);
                continue;
            }
            room.Presence.IsQueued = false;
            Tell(room);
        }
    }

    private void Queue(Room room, bool changed, long now)
    {
        if (!changed || room.IsPrivate || room.Presence.IsQueued)
            return;
        room.Presence.IsQueued = true;
        // A full interval from now even if the room was quiet before, so that the queue stays in order of time.
        room.Presence.LastTold = now;
        _due.Enqueue(room);
    }

    private void Tell(Room room)
    {
        steps.Add();
        List<PresentUser> arrived = [], left = [];
        if (room.Presence.Take(room.Presence.Count > MaxNamed ? int.MaxValue : MaxNamed, arrived, left))
        {
            room.Presence.IsQueued = true;
            _due.Enqueue(room);
        }
        if (arrived.Count == 0 && left.Count == 0)
            return;
        var count = new Presence(room.Id, (ulong)room.Presence.Count, [], []);
        var full = room.Presence.Count > MaxNamed ? count : count with { Arrived = arrived, Left = left };
        if (room.Members.Count > MaxAtOnce)
        {
            room.Presence.IsTelling = true;
            slowWork.Begin(TellSlowly(room, full, count));
            return;
        }
        foreach (var member in room.Members)
            Tell(member, full, count);
    }

    private static IEnumerable<bool> TellSlowly(Room room, Presence full, Presence count)
    {
        foreach (var member in room.Members.ToArray())
        {
            if (!member.IsGone)
                Tell(member, full, count);
            yield return true;
        }
        room.Presence.IsTelling = false;
    }

    private static void Tell(RoomMember member, Presence full, Presence count)
    {
        if (member.Presence != PresenceMode.None)
            member.TellIfItHasRoom(member.Presence == PresenceMode.Full ? full : count);
    }
}
