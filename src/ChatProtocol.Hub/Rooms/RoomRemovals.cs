namespace ChatProtocol.Hub;

/// <summary>
/// The removal of rooms. Once it is durable nobody finds the room any more, requests under way for it are refused, and
/// its members are told, a slice at a time; the asker is answered when the last of them is told. The entries leave the log a
/// little with each batch, which continues after a restart.
/// </summary>
internal sealed class RoomRemovals
{
    /// <summary>The retry delay after a batch could not be stored, in milliseconds.</summary>
    private const long Patience = 1000;

    private readonly HubClock _clock;
    private readonly HubStatus _status;
    private readonly SlowWork _slowWork;
    private readonly ILog _log;
    private readonly GroupCommit _groupCommit;
    private readonly EntryWriter _entries;
    private readonly Publishers _publishers;
    private readonly PostKeys _keys;
    private readonly AmendmentBook _amendments;
    private readonly MarkerBook _markers;
    private readonly RoomDirectory _rooms;
    private readonly RetentionEnforcer _retention;

    /// <summary>The rooms that wait for the retry delay, or for the first batch after a start.</summary>
    private readonly List<ulong> _waiting = [];

    private long _waitUntil;

    public RoomRemovals(
        HubClock clock, HubStatus status, SlowWork slowWork, ILog log, GroupCommit groupCommit, EntryWriter entries, Publishers publishers, PostKeys keys, AmendmentBook amendments,
        MarkerBook markers, RoomDirectory rooms, RetentionEnforcer retention, StartupContents contents)
    {
        _clock = clock;
        _status = status;
        _slowWork = slowWork;
        _log = log;
        _groupCommit = groupCommit;
        _entries = entries;
        _publishers = publishers;
        _keys = keys;
        _amendments = amendments;
        _markers = markers;
        _rooms = rooms;
        _retention = retention;
        _waiting.AddRange(contents.RemovedRooms);
    }

    /// <summary>When to continue, on the monotonic clock; null if no room waits, or if the next start continues.</summary>
    public long? NextDue => _waiting.Count > 0 && !_status.IsDraining ? _waitUntil : null;

    /// <summary>Removes a room from all state, for good: its removal is durable.</summary>
    /// <param name="room">The room.</param>
    /// <param name="whenAllAreTold">Called once the room has no member any more.</param>
    public void Begin(Room room, Action whenAllAreTold)
    {
        _rooms.RemoveForGood(room);
        _entries.Refuse(room);
        _retention.Forget(room);
        _publishers.Forget(room.Id);
        _keys.Forget(room.Id);
        _amendments.Forget(room.Id);
        _markers.Forget(room.Id);
        _slowWork.BeginForAdmin(TellMembers(room, whenAllAreTold));
        _slowWork.Begin(ForgetPublishers(room.Id));
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
        foreach (var publisher in _publishers.All())
        {
            publisher.TryForget(room);
            yield return true;
        }
        GoOn(room);
    }

    /// <summary>Adds more of a removed room to the next batch; a server that is about to stop leaves it for the next start.</summary>
    public void GoOn(ulong room)
    {
        if (_status.IsDraining)
            return;
        var change = new LogChange.RemoveRoom(room);
        _groupCommit.Open.Add(change, new CommitCallbacks(() => Removed(change), () =>
        {
            _waiting.Add(room);
            _waitUntil = _clock.Ticks + Patience;
        }));
    }

    /// <summary>Continues with the rooms that wait.</summary>
    public void Look()
    {
        if (_clock.Ticks < NextDue || _status.IsDraining)
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
        _log.Do(new MaintenanceTask.Scrub());
    }
}
