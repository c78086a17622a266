namespace ChatProtocol.Hub;

/// <summary>
/// Lets go of what rooms need not keep: the log is asked what that is, from then on nobody is given it any more, and the
/// log removes it with the commits that follow, a little with each.
/// </summary>
internal sealed class Expiries(HubState hub)
{
    private const long Interval = 60_000;

    private readonly HashSet<Room> _limited = [.. hub.Rooms.ById.Where(room => room.Keeps is not null)];
    private readonly HashSet<ulong> _underWay = [];
    private long _last;

    /// <summary>When to look again, on the clock that never jumps; null if every room keeps everything, or if it is not certain what time it is.</summary>
    public long? NextDue => _limited.Count > 0 && !hub.IsTimeDoubted ? _last + Interval : null;

    public void Look()
    {
        if (!(NextDue <= hub.Ticks))
            return;
        _last = hub.Ticks;
        hub.SlowWork.Begin(LookAtAll());
    }

    /// <summary>What a room keeps has changed.</summary>
    public void Changed(Room room)
    {
        if (room.Keeps is null)
        {
            _limited.Remove(room);
            return;
        }
        _limited.Add(room);
        Look(room);
    }

    /// <summary>The log has found what can go; null if it could not look. What a member still has to get stays until it has it, so that it never sees a hole (CP-DEL-012).</summary>
    public void Found(ulong roomId, ulong? found)
    {
        if (found is not { } through || hub.Rooms.Find(roomId) is not { } room)
        {
            _underWay.Remove(roomId);
            return;
        }
        foreach (var member in room.Members)
            through = Math.Min(through, member.Cursor);
        room.Oldest = Math.Max(room.Oldest, through + 1);
        hub.Commits.Open.Expiries.Add(new Expiry(roomId, room.Oldest - 1));
    }

    public void Committed(Expiry expiry)
    {
        if (expiry.HasMore && hub.Rooms.Find(expiry.Room) is not null)
        {
            hub.Commits.Open.Expiries.Add(new Expiry(expiry.Room, expiry.Through) { HasRemoved = expiry.HasRemoved });
            return;
        }
        _underWay.Remove(expiry.Room);
        if (expiry.HasRemoved)
            hub.Log.Do(new LogChore.Scrub());
    }

    /// <summary>It could not be stored; what is not given to anybody any more goes the next time.</summary>
    public void NotStored(Expiry expiry) => _underWay.Remove(expiry.Room);

    /// <summary>The room was removed: nothing is to be found or removed there any more.</summary>
    public void Forget(Room room)
    {
        _limited.Remove(room);
        _underWay.Remove(room.Id);
    }

    private IEnumerable<bool> LookAtAll()
    {
        foreach (var room in _limited.ToArray())
        {
            Look(room);
            yield return true;
        }
    }

    private void Look(Room room)
    {
        if (room.Keeps is not null && !hub.IsTimeDoubted && room.Committed > 0 && _underWay.Add(room.Id))
            hub.Log.Do(new LogChore.Surplus(room.Id, room.Keeps!, (ulong)hub.Now));
    }
}
