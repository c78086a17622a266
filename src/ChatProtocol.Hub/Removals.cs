namespace ChatProtocol.Hub;

/// <summary>
/// The removal of rooms. Once it is durable nobody finds the room any more, requests under way for it are refused, and
/// its members are told, a slice at a time; the asker is answered when the last of them is told. The entries leave the log a
/// little with each batch, which continues after a restart.
/// </summary>
internal sealed class Removals
{
    /// <summary>Records of publishers that are removed with one batch.</summary>
    private const int MaxPublishers = 256;

    /// <summary>The retry delay after a batch could not be stored, in milliseconds.</summary>
    private const long Patience = 1000;

    private readonly HubState _hub;

    /// <summary>By room: the publishers with records of it.</summary>
    private readonly Dictionary<ulong, Queue<PublisherRoom>> _going = [];

    /// <summary>The rooms that wait for the retry delay, or for the first batch after a start.</summary>
    private readonly List<ulong> _waiting = [];

    private long _waitUntil;

    public Removals(HubState hub, LogContents contents)
    {
        _hub = hub;
        foreach (var room in contents.RemovedRooms)
            _going.Add(room, new Queue<PublisherRoom>());
        foreach (var record in contents.Publishers)
            if (_going.TryGetValue(record.Room, out var publishers))
                publishers.Enqueue(new PublisherRoom(record.Principal, record.Id, record.Room));
        _waiting.AddRange(_going.Keys);
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

    /// <summary>Removal from the log begins once the room's publishers are known.</summary>
    private IEnumerable<bool> ForgetPublishers(ulong room)
    {
        var publishers = new Queue<PublisherRoom>();
        foreach (var publisher in _hub.Publishers.All())
        {
            if (publisher.TryForget(room))
                publishers.Enqueue(new PublisherRoom(publisher.Key.Principal, publisher.Key.Id.ToArray(), room));
            yield return true;
        }
        _going.Add(room, publishers);
        GoOn(room);
    }

    /// <summary>Adds more of a removed room to the next batch; a server that is about to stop leaves it for the next start.</summary>
    public void GoOn(ulong room)
    {
        if (_hub.Draining is not null)
            return;
        var publishers = _going[room];
        var some = new List<PublisherRoom>();
        while (some.Count < MaxPublishers && publishers.TryDequeue(out var publisher))
            some.Add(publisher);
        var change = new LogChange.RemoveRoom(room) { Publishers = some, HasMorePublishers = publishers.Count > 0 };
        _hub.Commits.Open.Add(change, new Debt(() => Removed(change), () =>
        {
            some.ForEach(publishers.Enqueue);
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
        _going.Remove(change.Room);
        // The write-ahead log must not hold the entries either.
        _hub.Log.Do(new LogChore.Scrub());
    }
}
