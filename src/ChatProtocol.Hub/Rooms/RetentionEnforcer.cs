namespace ChatProtocol.Hub;

/// <summary>
/// Enforces the rooms' retention: the log finds the expired entries, from then on nobody is given them any more, and the
/// log removes them with the commits that follow, a little with each.
/// </summary>
internal sealed class RetentionEnforcer(
    HubOptions options, HubClock clock, HubStatus status, StepCounter steps, SlowWork slowWork, ILog log, GroupCommit groupCommit, RoomDirectory rooms)
{
    private readonly long _interval = (long)options.Times.ExpiryInterval.TotalMilliseconds;

    private readonly long _patience = (long)options.Times.ExpiryPatience.TotalMilliseconds;

    private readonly HashSet<Room> _limited = [.. rooms.ById.Where(room => room.Keeps is not null)];
    private readonly HashSet<ulong> _underWay = [];

    /// <summary>Rooms whose limits are about to change, with how many changes are under way.</summary>
    private readonly Dictionary<ulong, int> _changing = [];

    /// <summary>Rooms with members that are behind: the last seq that could have been removed, and since when.</summary>
    private readonly Dictionary<ulong, (ulong Through, long Since)> _heldBack = [];
    private long _last = -(long)options.Times.ExpiryInterval.TotalMilliseconds;

    /// <summary>
    /// When to look again, on the monotonic clock; null if every room keeps everything, if the time is in doubt, or if the server is
    /// about to stop.
    /// </summary>
    public long? NextDue => _limited.Count > 0 && !clock.IsDoubted && !status.IsDraining ? _last + _interval : null;

    public void Look()
    {
        if (!(NextDue <= clock.Ticks))
            return;
        _last = clock.Ticks;
        _limited.RemoveWhere(room => rooms.Find(room.Id) != room);
        slowWork.Begin(LookAtAll());
    }

    /// <summary>A room's retention is about to change: nothing more is removed by the old limits.</summary>
    public void Changing(Room room)
    {
        _changing[room.Id] = _changing.GetValueOrDefault(room.Id) + 1;
        room.Pins++;
        foreach (var expiry in groupCommit.Open.Changes.OfType<Expiry>().Where(expiry => expiry.Room == room.Id).ToList())
        {
            groupCommit.Open.Withdraw(expiry);
            Stop(expiry);
        }
    }

    /// <summary>A room's retention has changed.</summary>
    public void Changed(Room room)
    {
        NotChanged(room);
        if (room.Keeps is null || rooms.Find(room.Id) != room)
        {
            _limited.Remove(room);
            return;
        }
        _limited.Add(room);
        Look(room);
    }

    /// <summary>A room with limits has come into memory.</summary>
    public void Add(Room room)
    {
        _limited.Add(room);
        Look(room);
    }

    /// <summary>The change of retention could not be stored.</summary>
    public void NotChanged(Room room)
    {
        room.Pins--;
        // The room may have been removed meanwhile.
        if (_changing.TryGetValue(room.Id, out var changes) && changes > 1)
            _changing[room.Id] = changes - 1;
        else
            _changing.Remove(room.Id);
    }

    /// <summary>
    /// The log has found the expired entries; null if it could not look. An entry that a member has not got yet stays until it has, for
    /// up to <see cref="HubTimes.ExpiryPatience"/>; a limit that does not hold any more removes nothing.
    /// </summary>
    public void Found(MaintenanceTask.FindExpired search, ulong? found)
    {
        End(search.Room);
        if (rooms.Find(search.Room) is not { } room || _changing.ContainsKey(room.Id))
            return;
        if (room.Keeps != search.Keeps)
        {
            if (room.Keeps is not null)
                Look(room);
            return;
        }
        if (found is not { } through)
            return;
        TryBegin(room);
        var before = room.Oldest;
        room.Oldest = Math.Max(room.Oldest, HoldBack(room, through) + 1);
        Begin(new Expiry(room.Id, room.Oldest - 1) { Before = before, Oldest = before });
    }

    private void Begin(Expiry expiry) =>
        groupCommit.Open.Add(expiry, new CommitCallbacks(() => Committed(expiry), () => NotStored(expiry)) { IsAwaited = false });

    private void Committed(Expiry expiry)
    {
        // A server that is about to stop leaves the rest for the next start.
        if (expiry.HasMore && !status.IsDraining && !_changing.ContainsKey(expiry.Room) && rooms.Find(expiry.Room) is { Keeps: not null })
        {
            Begin(new Expiry(expiry.Room, expiry.Through) { HasRemoved = expiry.HasRemoved, Before = expiry.Oldest, Oldest = expiry.Oldest });
            return;
        }
        Stop(expiry);
    }

    /// <summary>The expiry could not be stored; the next one removes the same entries.</summary>
    private void NotStored(Expiry expiry)
    {
        End(expiry.Room);
        GiveBack(expiry.Room, expiry.Before);
    }

    /// <summary>Stops an expiry; the entries that were not removed are kept, and given to everybody again.</summary>
    private void Stop(Expiry expiry)
    {
        End(expiry.Room);
        GiveBack(expiry.Room, expiry.Oldest);
        if (expiry.HasRemoved)
            log.Do(new MaintenanceTask.Scrub());
    }

    private void GiveBack(ulong roomId, ulong oldest)
    {
        if (rooms.Find(roomId) is { } room)
            room.Oldest = Math.Min(room.Oldest, oldest);
    }

    /// <summary>How far a room can remove the entries found, for the sake of its slowest member (CP-HIS-008).</summary>
    private ulong HoldBack(Room room, ulong through)
    {
        var slowest = through;
        steps.Add(room.Members.Count / StepCounter.LookUps);
        foreach (var member in room.Members)
            slowest = Math.Min(slowest, member.Cursor);
        if (slowest == through)
        {
            _heldBack.Remove(room.Id);
            return through;
        }
        if (!_heldBack.TryGetValue(room.Id, out var held))
            held = _heldBack[room.Id] = (through, clock.Ticks);
        if (clock.Ticks - held.Since < _patience)
            return slowest;
        _heldBack[room.Id] = (through, clock.Ticks);
        return Math.Max(slowest, Math.Min(held.Through, through));
    }

    /// <summary>The room was removed: nothing is looked for or removed there any more.</summary>
    public void Forget(Room room)
    {
        _limited.Remove(room);
        _underWay.Remove(room.Id);
        _changing.Remove(room.Id);
        _heldBack.Remove(room.Id);
    }

    /// <summary>Entries are looked for or removed in a room, which stays in memory meanwhile; false if they are already.</summary>
    private bool TryBegin(Room room)
    {
        if (!_underWay.Add(room.Id))
            return false;
        room.Pins++;
        return true;
    }

    private void End(ulong roomId)
    {
        if (_underWay.Remove(roomId) && rooms.Find(roomId) is { } room)
            room.Pins--;
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
        if (room.Keeps is not null && !clock.IsDoubted && room.Committed > 0 && TryBegin(room))
            log.Do(new MaintenanceTask.FindExpired(room.Id, room.Keeps, (ulong)clock.Now) { Head = room.Committed, Unsaid = room.CommittedUnsaid });
    }
}
