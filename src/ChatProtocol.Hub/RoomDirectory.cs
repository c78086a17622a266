namespace ChatProtocol.Hub;

/// <summary>A request that needs an id for a new room.</summary>
internal readonly record struct WaitingForId(IAsker Asker, ulong Id, Action GoOn);

/// <summary>Every room on this server, by id, by name, and by the two principals of a private one.</summary>
internal sealed class RoomDirectory
{
    private const ulong LobbyId = 1;

    /// <summary>Ids reserved at once: a room that never gets an entry is not stored, yet its id is not given again (CP-ROM-002).</summary>
    private const ulong Reserve = 1000;

    private readonly IdMap<Room> _byId = new();
    private readonly IdMap<Room> _listed = new();
    private readonly Dictionary<string, Room> _byName = [];

    /// <summary>Rooms that can be found by id alone, as one with a lower id has the name.</summary>
    private readonly Namesakes<Room> _nameless = new();

    private readonly LookAlikes _names = new();
    private readonly Dictionary<(ulong, ulong), Room> _byPair = [];
    private readonly Queue<Room> _fresh = new();
    private readonly Queue<WaitingForId> _waiting = new();
    private readonly Principals _principals;
    private readonly ulong _epoch;
    private readonly Commits _commits;
    private readonly Steps _steps;
    private ulong _next;
    private ulong _reserved;

    /// <summary>Ids below this are stored as possibly given.</summary>
    private ulong _stored;

    public RoomDirectory(HubOptions options, LogContents contents, Principals principals, Commits commits, Steps steps)
    {
        _steps = steps;
        _principals = principals;
        _commits = commits;
        _next = _stored = Math.Max(contents.ReservedRooms, LobbyId + 1);
        // Reserved at once, for nobody may be told an id that another start would give again.
        SetIdsAside();
        _epoch = options.Epoch;
        foreach (var record in contents.Rooms.OrderBy(record => record.Id))
        {
            Add(new Room(record, Of(record, record.Creator), Of(record, record.Peer)));
            if (record.Kind == RoomKind.Public && principals.Find(record.Creator) is { } creator)
                creator.CreatedRooms++;
        }
        Lobby = _byId.Find(LobbyId)
            ?? Add(new Room(new RoomRecord(LobbyId, RoomKind.Public, Names.Lobby, _epoch, 1, principals.Server.Id, 0), null, null));
    }

    public Room Lobby { get; }

    public int Count => _byId.Count;

    /// <summary>
    /// Whether there is an id for one more room: none is given before its reservation is durable, or a crash could have it
    /// given again (CP-ROM-002).
    /// </summary>
    public bool HasId => _next < _stored;

    /// <summary>Every room, by ascending id.</summary>
    public IEnumerable<Room> ById => _byId.After(0);

    public Room? Find(ulong id) => _byId.Find(id);

    /// <summary>
    /// The rooms behind an id that a list for this principal shows, by ascending id: public ones, and its own private ones
    /// (CP-ROM-010).
    /// </summary>
    public IEnumerable<Room> SeenBy(Principal principal, ulong after)
    {
        while (NextSeenBy(principal, after) is { } room)
        {
            yield return room;
            after = room.Id;
        }
    }

    /// <summary>The room has or had a member or an entry: lists show it from now on.</summary>
    public void MarkUsed(Room room)
    {
        if (!room.IsListed)
            List(room);
    }

    /// <summary>The room's first entry could not be stored: the room is removed like one that was only opened.</summary>
    public void MayBeUnusedAgain(Room room)
    {
        if (room.IsUnused)
            _fresh.Enqueue(room);
    }

    public Room? Find(string name) => _byName.GetValueOrDefault(CanonicalName.Of(name));

    /// <summary>Why no room of this name can be made; null if one can.</summary>
    public string? Validate(string name)
    {
        if (NameRules.Validate(name) is { } complaint)
            return complaint;
        return (ReservedNames.OfRooms.Find(name) ?? _names.Find(NameForms.Of(name))) is { } other
            ? $"the name {name} looks like that of the room {other}; join that, or choose another name"
            : null;
    }

    /// <summary>Creates a public room; the name was validated.</summary>
    public Room Create(string name, Principal creator, long now)
    {
        creator.CreatedRooms++;
        return AddFresh(new RoomRecord(TakeId(), RoomKind.Public, name, _epoch, 1, creator.Id, 0), null, null, now);
    }

    /// <summary>The private room of two principals, if there is one.</summary>
    public Room? FindBetween(Principal one, Principal other) =>
        _byPair.GetValueOrDefault(one.Id < other.Id ? (one.Id, other.Id) : (other.Id, one.Id));

    /// <summary>Creates the private room of two principals that have none yet.</summary>
    public Room Between(Principal one, Principal other, long now)
    {
        var (low, high) = one.Id < other.Id ? (one, other) : (other, one);
        return AddFresh(new RoomRecord(TakeId(), RoomKind.Private, "", _epoch, 1, low.Id, high.Id), low, high, now);
    }

    /// <summary>
    /// More rooms are requested at once than ids were reserved: the request continues when the next reservation is durable, which
    /// is under way (CP-TRA-013).
    /// </summary>
    public void AwaitId(IAsker asker, ulong id, Action goOn) => _waiting.Enqueue(new WaitingForId(asker, id, goOn));

    /// <summary>Whether a room was made before a time and has not been checked for being unused since.</summary>
    public bool MayHaveVoid(long before) => _fresh.TryPeek(out var room) && room.Created <= before;

    /// <summary>Removes rooms that were opened but never joined or posted to (CP-ROM-008), one in each step.</summary>
    public IEnumerable<bool> RemoveVoid(long before)
    {
        while (MayHaveVoid(before))
        {
            RemoveIfUnused(_fresh.Dequeue());
            yield return true;
        }
    }

    /// <summary>Removes a room that its last member has left, if it never had an entry (CP-ROM-008).</summary>
    public void RemoveIfUnused(Room room)
    {
        if (room.IsUnused && room != Lobby && Find(room.Id) == room)
            Remove(room);
    }

    /// <summary>Removes a room with all its entries: its name and its pair are free, its id is not.</summary>
    public void RemoveForGood(Room room)
    {
        Remove(room);
        room.Remove();
    }

    private Room AddFresh(RoomRecord record, Principal? low, Principal? high, long now)
    {
        var room = Add(new Room(record, low, high) { Created = now });
        _fresh.Enqueue(room);
        return room;
    }

    private Room Add(Room room)
    {
        _byId.Set(room.Id, room);
        if (room.IsPrivate)
            _byPair.Add((room.Low!.Id, room.High!.Id), room);
        else
            AddName(room);
        if (!room.IsUnused || room.Id == LobbyId)
            List(room);
        return room;
    }

    private ulong TakeId()
    {
        // Reserved long before the ids are used up, so that the new bound is on the disk by then.
        if (_next + Reserve / 2 > _reserved)
            SetIdsAside();
        return _next++;
    }

    private void SetIdsAside()
    {
        var below = _reserved = _next + Reserve;
        _commits.Open.Add(new LogChange.ReserveRooms(below), new Debt(() => AreSetAside(below), AreNotSetAside) { IsAwaited = false });
    }

    /// <summary>A reservation is durable. No more requests continue than there are ids, so that this is never long.</summary>
    private void AreSetAside(ulong below)
    {
        _stored = below;
        while (HasId && _waiting.TryDequeue(out var waiting))
            if (waiting.Asker.IsReachable)
                waiting.GoOn();
    }

    /// <summary>The log cannot be written: requests that wait for an id are refused, and the next batch reserves again.</summary>
    private void AreNotSetAside()
    {
        while (_waiting.TryDequeue(out var waiting))
            waiting.Asker.RefuseUnstored(waiting.Id);
        SetIdsAside();
    }

    private void Remove(Room room)
    {
        _byId.Remove(room.Id);
        if (room.IsListed)
            Unlist(room);
        if (room.IsPrivate)
        {
            _byPair.Remove((room.Low!.Id, room.High!.Id));
            return;
        }
        RemoveName(room);
        if (_principals.Find(room.Record.Creator) is { } creator)
            creator.CreatedRooms--;
    }

    private Room? NextSeenBy(Principal principal, ulong after)
    {
        var open = _listed.TryNext(after, out var openId, out var found) ? found : null;
        return principal.PrivateRooms.TryNext(after, out var ownId, out var own) && (open is null || ownId < openId) ? own : open;
    }

    private void List(Room room)
    {
        room.IsListed = true;
        if (!room.IsPrivate)
        {
            _listed.Set(room.Id, room);
            return;
        }
        room.Low!.PrivateRooms.Set(room.Id, room);
        room.High!.PrivateRooms.Set(room.Id, room);
    }

    private void Unlist(Room room)
    {
        room.IsListed = false;
        if (!room.IsPrivate)
        {
            _listed.Remove(room.Id);
            return;
        }
        room.Low!.PrivateRooms.Remove(room.Id);
        room.High!.PrivateRooms.Remove(room.Id);
    }

    /// <summary>Adds a room by name; if several rooms have the same name, the lowest id has it.</summary>
    private void AddName(Room room)
    {
        _names.Add(room.Record.Name, FormsOf(room));
        if (!_byName.TryAdd(room.CanonicalName, room))
            _nameless.Add(room.CanonicalName, room);
    }

    private void RemoveName(Room room)
    {
        _names.Remove(FormsOf(room));
        if (_nameless.Remove(room.CanonicalName, room))
            return;
        _byName.Remove(room.CanonicalName);
        if (_nameless.Of(room.CanonicalName) is not [var next, ..])
            return;
        _nameless.Remove(next.CanonicalName, next);
        _byName.Add(next.CanonicalName, next);
    }

    private NameForms FormsOf(Room room)
    {
        _steps.AddForms(room.Record.Name);
        return NameForms.Of(room.Record.Name);
    }

    private Principal? Of(RoomRecord record, ulong id) => record.Kind == RoomKind.Private ? _principals.FindOrRecall(id) : null;
}
