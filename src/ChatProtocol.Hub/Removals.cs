namespace ChatProtocol.Hub;

/// <summary>
/// The removal of rooms. Once it is durable nobody finds the room any more, requests under way for it are refused, and
/// its members are told, a slice at a time; the asker is answered when the last of them is told. The entries leave the log a
/// little with each batch, which continues after a restart.
/// </summary>
internal sealed class Removals
{
    /// <summary>The retry delay after a batch could not be stored, in milliseconds.</summary>
    private const long Patience = 1000;

    private readonly HubState _hub;

    /// <summary>The rooms that wait for the retry delay, or for the first batch after a start.</summary>
    private readonly List<ulong> _waiting = [];

    private long _waitUntil;

    public Removals(HubState hub, LogContents contents)
    {
        _hub = hub;
        _waiting.AddRange(contents.RemovedRooms);
    }

    /// <summary>When to continue, on the monotonic clock; null if no room waits, or if the next start continues.</summary>
    public long? NextDue => _waiting.Count > 0 && _hub.Draining is null ? _waitUntil : null;

    /// <summary>Removes a room from all state, for good: its removal is durable.</summary>
    /// <param name="room">The room.</param>
    /// <param name="whenAllAreTold">Called once the room has no member any more.</param>
    public void Begin(Room room, Action whenAllAreTold)
    {
        _hub.Rooms.RemoveForGood(room);
        _hub.Commits.Refuse(room);
        _hub.Retention.Forget(room);
        _hub.Publishers.Forget(room.Id);
        _hub.SlowWork.BeginForAdmin(TellMembers(room, whenAllAreTold));
        _hub.SlowWork.Begin(ForgetPublishers(room.Id));
    }

    private static IEnumerable<bool> TellMembers(Room room, Action whenAllAreTold)
    {
        while (room.Members.Count > 0)
        {
            room.Members.Any().End(new RoomRemoved(room.Id));
            yield return true;
        }
        whenAllAreTold();
    }

    /// <summary>Removal from the log goes on once no publisher in memory stores a record of the room any more.</summary>
    private IEnumerable<bool> ForgetPublishers(ulong room)
    {
        foreach (var publisher in _hub.Publishers.All())
        {
            publisher.TryForget(room);
            yield return true;
        }
        GoOn(room);
    }

    /// <summary>Adds more of a removed room to the next batch; a server that is about to stop leaves it for the next start.</summary>
    public void GoOn(ulong room)
    {
        if (_hub.Draining is not null)
            return;
        var change = new LogChange.RemoveRoom(room);
        _hub.Commits.Open.Add(change, new Debt(() => Removed(change), () =>
        {
            _waiting.Add(room);
            _waitUntil = _hub.Ticks + Patience;
        }));
    }

    /// <summary>Continues with the rooms that wait.</summary>
    public void Look()
    {
        if (_hub.Ticks < NextDue || _hub.Draining is not null)
            return;
        foreach (var room in _waiting)
            GoOn(room);
        _waiting.Clear();
    }

    private void Removed(LogChange.RemoveRoom change)
    {
        if (change.HasMore)
        {
            GoOn(change.Room);
            return;
        }
        // The write-ahead log must not hold the entries either.
        _hub.Log.Do(new LogChore.Scrub());
    }
}
