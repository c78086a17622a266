namespace ChatProtocol.Hub;

/// <summary>Every room on this server, by id, by name, and by the two of a private one.</summary>
internal sealed class RoomDirectory
{
    private const ulong LobbyId = 1;

    /// <summary>Ids set aside at once: a room that never gets an entry is not stored, yet its id is not given again (CP-ROM-002).</summary>
    private const ulong Reserve = 1000;

    private readonly SortedDictionary<ulong, Room> _byId = [];
    private readonly Dictionary<string, Room> _byName = [];
    private readonly Dictionary<(ulong, ulong), Room> _byPair = [];
    private readonly HashSet<Room> _fresh = [];
    private readonly Principals _principals;
    private readonly ulong _epoch;
    private readonly Commits _commits;
    private ulong _next;
    private ulong _reserved;

    /// <summary>Ids below this are on the disk as perhaps given.</summary>
    private ulong _stored;

    public RoomDirectory(HubOptions options, LogContents contents, Principals principals, Commits commits)
    {
        _principals = principals;
        _commits = commits;
        _next = _stored = Math.Max(contents.ReservedRooms, LobbyId + 1);
        // At once, for nobody may be told an id that another start would give again.
        _commits.Open.ReservedRooms = _reserved = _next + Reserve;
        _epoch = options.Epoch;
        foreach (var record in contents.Rooms)
        {
            Add(new Room(record, Of(record, record.Creator), Of(record, record.Peer)));
            if (record.Kind == RoomKind.Public && principals.Find(record.Creator) is { } creator)
                creator.CreatedRooms++;
        }
        Lobby = _byId.GetValueOrDefault(LobbyId)
            ?? Add(new Room(new RoomRecord(LobbyId, RoomKind.Public, Names.Lobby, _epoch, 1, principals.Server.Id, 0), null, null));
    }

    public Room Lobby { get; }

    public int Count => _byId.Count;

    /// <summary>Whether there is an id for one more: none is given before the disk says so, or a crash could have it given again (CP-ROM-002).</summary>
    public bool HasId => _next < _stored;

    public IEnumerable<Room> ById => _byId.Values;

    public Room? Find(ulong id) => _byId.GetValueOrDefault(id);

    public Room? Find(string name) => _byName.GetValueOrDefault(CanonicalName.Of(name));

    /// <summary>A public room, by a name that was checked.</summary>
    public Room Create(string name, Principal creator, long now)
    {
        creator.CreatedRooms++;
        return AddFresh(new RoomRecord(TakeId(), RoomKind.Public, name, _epoch, 1, creator.Id, 0), null, null, now);
    }

    /// <summary>The private room of two; it comes into being when it is first looked at. Null if there is no id for it.</summary>
    public Room? Between(Principal one, Principal other, long now)
    {
        var (low, high) = one.Id < other.Id ? (one, other) : (other, one);
        if (_byPair.TryGetValue((low.Id, high.Id), out var room) || !HasId)
            return room;
        return AddFresh(new RoomRecord(TakeId(), RoomKind.Private, "", _epoch, 1, low.Id, high.Id), low, high, now);
    }

    /// <summary>A batch is durable, and with it, perhaps, more ids.</summary>
    public void Committed(LogBatch batch) => _stored = batch.ReservedRooms ?? _stored;

    /// <summary>Rooms that were opened but never joined or posted to vanish after a while (CP-ROM-008).</summary>
    public void RemoveVoid(long before)
    {
        _fresh.RemoveWhere(room =>
        {
            if (room.Committed > 0)
                return true;
            if (!room.IsVoid || room.Created > before)
                return false;
            Remove(room);
            return true;
        });
    }

    /// <summary>A room that its last member has left vanishes if nothing was ever said there (CP-ROM-008).</summary>
    public void RemoveIfVoid(Room room)
    {
        if (room.IsVoid && room != Lobby && _fresh.Remove(room))
            Remove(room);
    }

    /// <summary>A room is removed with all that was said there: its name and its pair are free, its id is not.</summary>
    public void RemoveForGood(Room room)
    {
        _fresh.Remove(room);
        Remove(room);
        room.Remove();
    }

    private Room AddFresh(RoomRecord record, Principal? low, Principal? high, long now)
    {
        var room = Add(new Room(record, low, high) { Created = now });
        _fresh.Add(room);
        return room;
    }

    private Room Add(Room room)
    {
        _byId.Add(room.Id, room);
        if (room.IsPrivate)
            _byPair.Add((room.Low!.Id, room.High!.Id), room);
        else
            _byName.Add(room.CanonicalName, room);
        return room;
    }

    private ulong TakeId()
    {
        // Long before they are used up, so that the new bound is on the disk by then.
        if (_next + Reserve / 2 > _reserved)
            _commits.Open.ReservedRooms = _reserved = _next + Reserve;
        return _next++;
    }

    private void Remove(Room room)
    {
        _byId.Remove(room.Id);
        if (room.IsPrivate)
        {
            _byPair.Remove((room.Low!.Id, room.High!.Id));
            return;
        }
        _byName.Remove(room.CanonicalName);
        if (_principals.Find(room.Record.Creator) is { } creator)
            creator.CreatedRooms--;
    }

    private Principal? Of(RoomRecord record, ulong id) => record.Kind == RoomKind.Private ? _principals.FindOrRecall(id) : null;
}
