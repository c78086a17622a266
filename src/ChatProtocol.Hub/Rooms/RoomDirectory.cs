using System.Diagnostics.CodeAnalysis;

namespace ChatProtocol.Hub;

/// <summary>
/// The rooms in memory, by id, by name, and by the two principals of a private one. A name that is known here is known with all
/// rooms that have it, as they are loaded together and leave together.
/// </summary>
internal sealed class RoomDirectory
{
    private const ulong LobbyId = 1;

    private readonly IdMap<Room> _byId = new();
    private readonly Dictionary<RoomName, Room> _byName = [];

    /// <summary>Rooms that can be found by id alone, as one with a lower id has the name.</summary>
    private readonly SharedNames<Room> _nameless = new();

    private readonly LookAlikeIndex _names = new();
    private readonly Dictionary<(ulong, ulong), Room> _byPair = [];
    private readonly Queue<Room> _fresh = new();
    private readonly EvictionQueue<Room> _evictionQueue;
    private readonly HubClock _clock;
    private readonly HubFigures _figures;
    private readonly StepCounter _steps;
    private readonly GroupCommit _groupCommit;
    private readonly DirectoryLookups _lookups;
    private readonly Principals _principals;
    private readonly ulong _epoch;

    /// <summary>The name of a room that is being imported; null if none is.</summary>
    private RoomName? _reserved;

    // Most requests ask twice for the same room: whether it is known, and for the room.
    private Room? _lastFound;

    /// <summary>The name that was looked up last, and a stored room that it could be mistaken for.</summary>
    private (string Name, string? Other) _lookAlike = ("", null);

    public RoomDirectory(HubOptions options, HubClock clock, HubFigures figures, StepCounter steps, GroupCommit groupCommit, DirectoryLookups lookups, Principals principals, StartupContents contents)
    {
        _steps = steps;
        _groupCommit = groupCommit;
        _lookups = lookups;
        _principals = principals;
        _evictionQueue = new EvictionQueue<Room>(options.MaxCached, TryEvict);
        Ids = new RoomIds(groupCommit, Math.Max(contents.ReservedRooms, LobbyId + 1));
        _epoch = options.Epoch;
        Listed = new ListedRooms(principals);
        _clock = clock;
        _figures = figures;
        _figures.Rooms = (int)contents.RoomCount;
        Load(contents.Rooms);
        Lobby = Find(LobbyId) ?? AddNew(new Room(new RoomRecord(LobbyId, RoomKind.Public, Names.Lobby, EpochOf(LobbyId), 1, principals.Server.Id, 0), null, null));
    }

    public Room Lobby { get; }

    /// <summary>The ids of rooms to come.</summary>
    public RoomIds Ids { get; }

    /// <summary>The rooms in memory that lists show.</summary>
    public ListedRooms Listed { get; }

    /// <summary>The rooms in memory, by ascending id.</summary>
    public IEnumerable<Room> ById => _byId.After(0);

    public Room? Find(ulong id)
    {
        if (_lastFound?.Id != id)
            _lastFound = _byId.Find(id);
        return Want(_lastFound);
    }

    /// <summary>Whether a room with this id is in memory, if there is one.</summary>
    public bool Knows(ulong id) => !Ids.MayBeGiven(id) || Find(id) is not null;

    /// <summary>Takes stored rooms into memory; the principals of private ones are there.</summary>
    public void Load(IEnumerable<RoomRecord> found)
    {
        foreach (var record in found)
        {
            _steps.Add();
            if (Find(record.Id) is null)
                Add(new Room(record, Of(record, record.Creator), Of(record, record.Peer)));
        }
    }

    /// <summary>Takes the rooms of a name into memory, and remembers that of another which looks like it.</summary>
    public void Load(RoomName name, IReadOnlyList<RoomRecord> found)
    {
        var ofName = found.ToLookup(record => new RoomName(record.Name) == name);
        Load(ofName[true]);
        var others = new LookAlikeIndex();
        foreach (var other in ofName[false])
            others.Add(other.Name, FormsOf(other));
        _lookAlike = (name.Text, others.Find(NameSkeletons.Of(name.Text)));
    }

    /// <summary>
    /// Lets a room leave memory, with all of the same name; false if one of them is in use, or was wanted or changed lately.
    /// </summary>
    public bool TryEvict(Room room)
    {
        if (_byId.Find(room.Id) != room)
            return true;
        IReadOnlyList<Room> all = room.Name is { } name ? [_byName[name], .. _nameless.Of(name)] : [room];
        if (!all.All(MayGo))
            return false;
        foreach (var one in all)
            Drop(one);
        return true;
    }

    /// <summary>Lets rooms that were not wanted for long leave memory.</summary>
    public void Sweep() => _evictionQueue.Sweep();

    /// <summary>The log has the room: from now on it is found there.</summary>
    public void IsStored(Room room)
    {
        if (room.Creator is not { } creator)
            return;
        room.Creator = null;
        creator.Needed--;
        creator.Wanted = _lookups.Mark;
    }

    /// <summary>The room has or had a member or an entry: lists show it from now on.</summary>
    public void MarkUsed(Room room)
    {
        if (!room.IsListed)
            Listed.Add(room);
    }

    /// <summary>The room's first entry could not be stored: the room is removed like one that was only opened.</summary>
    public void MayBeUnusedAgain(Room room)
    {
        if (room.IsUnused)
            _fresh.Enqueue(room);
    }

    public Room? Find(RoomName name) => Want(_byName.GetValueOrDefault(name));

    /// <summary>Why no room of this name can be made; null if one can.</summary>
    public string? Validate(RoomName name)
    {
        if (NewNameRules.Validate(name.Text) is { } complaint)
            return complaint;
        if (name == _reserved)
            return $"the room {name} is just being imported; wait until it is there";
        return (ReservedNames.OfRooms.Find(name) ?? _names.Find(NameSkeletons.Of(name.Text)) ?? (_lookAlike.Name == name.Text ? _lookAlike.Other : null)) is { } other
            ? $"the name {name} looks like that of the room {other}; join that, or choose another name"
            : null;
    }

    /// <summary>Keeps a name, which was validated, for a room that is being imported.</summary>
    public void Reserve(RoomName name)
    {
        _reserved = name;
        _names.Add(name.Text, NameSkeletons.Of(name.Text));
    }

    /// <summary>The import has ended: the log has a room of that name, or none.</summary>
    public void Release(RoomName name)
    {
        _reserved = null;
        _names.Remove(NameSkeletons.Of(name.Text));
    }

    /// <summary>Creates a room that is not a private one; the name was validated.</summary>
    public Room Create(RoomKind kind, RoomName name, Principal creator, long now)
    {
        creator.CreatedRooms++;
        creator.Needed++;
        var id = Ids.Take();
        return AddFresh(new Room(new RoomRecord(id, kind, name.Text, EpochOf(id), 1, creator.Id, 0), null, null) { Creator = creator, Created = now });
    }

    /// <summary>The private room of two principals, if there is one.</summary>
    public Room? FindBetween(Principal one, Principal other) =>
        Want(_byPair.GetValueOrDefault(one.Id < other.Id ? (one.Id, other.Id) : (other.Id, one.Id)));

    /// <summary>Creates the private room of two principals that have none yet.</summary>
    public Room Between(Principal one, Principal other, long now)
    {
        var (low, high) = one.Id < other.Id ? (one, other) : (other, one);
        var id = Ids.Take();
        return AddFresh(new Room(new RoomRecord(id, RoomKind.Private, "", EpochOf(id), 1, low.Id, high.Id), low, high) { Created = now });
    }

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
        _lookups.Distrust();
    }

    private Room AddFresh(Room room)
    {
        _fresh.Enqueue(room);
        return AddNew(room);
    }

    private Room AddNew(Room room)
    {
        _figures.Rooms++;
        return Add(room);
    }

    private Room Add(Room room)
    {
        _byId.Set(room.Id, room);
        _evictionQueue.Add(Want(room));
        if (room.Name is { } name)
            AddName(room, name);
        if (room is { Low: { } low, High: { } high })
        {
            _byPair.Add((low.Id, high.Id), room);
            (low.Needed, high.Needed) = (low.Needed + 1, high.Needed + 1);
        }
        if (!room.IsUnused || room.Id == LobbyId)
            Listed.Add(room);
        return room;
    }

    /// <summary>
    /// The epoch of a new room: no two have the same, or a cursor of a removed room would be good for the next of its name
    /// (CP-DEL-038).
    /// </summary>
    private ulong EpochOf(ulong id) => (_epoch + id) & Limits.MaxInteger;

    private void Remove(Room room)
    {
        Drop(room);
        _figures.Rooms--;
        IsStored(room);
        if (room.IsPrivate)
            return;
        if (_principals.Find(room.Record.Creator) is { } creator)
            creator.CreatedRooms--;
    }

    /// <summary>Removes a room from memory.</summary>
    private void Drop(Room room)
    {
        _byId.Remove(room.Id);
        _lastFound = null;
        if (room.IsListed)
            Listed.Remove(room);
        if (room.Name is { } name)
            RemoveName(room, name);
        if (room is { Low: { } low, High: { } high })
        {
            _byPair.Remove((low.Id, high.Id));
            (low.Needed, high.Needed) = (low.Needed - 1, high.Needed - 1);
        }
    }

    private bool MayGo(Room room)
    {
        if (room == Lobby || room is not { Committed: > 0, Members.Count: 0, Pins: 0, Keeps: null } || room.Assigned > room.Committed
            || room.ChangedBy > _groupCommit.StoredThrough || room.SlowUntil > _clock.Ticks)
            return false;
        if (room.ChangedBy == 0)
            return _lookups.IsQuiet(room.Wanted);
        // Answers from before the change was stored may be under way.
        room.ChangedBy = 0;
        Want(room);
        return false;
    }

    [return: NotNullIfNotNull(nameof(room))]
    private Room? Want(Room? room)
    {
        if (room is not null)
            room.Wanted = _lookups.Mark;
        return room;
    }

    /// <summary>Adds a room by name; if several rooms have the same name, the lowest id has it.</summary>
    private void AddName(Room room, RoomName name)
    {
        _names.Add(room.Record.Name, FormsOf(room.Record));
        if (!_byName.TryAdd(name, room))
            _nameless.Add(name, room);
    }

    private void RemoveName(Room room, RoomName name)
    {
        _names.Remove(FormsOf(room.Record));
        if (_nameless.Remove(name, room))
            return;
        _byName.Remove(name);
        if (_nameless.Of(name) is not [var next, ..])
            return;
        _nameless.Remove(name, next);
        _byName.Add(name, next);
    }

    private NameSkeletons FormsOf(RoomRecord room)
    {
        _steps.AddForms(room.Name);
        return NameSkeletons.Of(room.Name);
    }

    private Principal? Of(RoomRecord record, ulong id) => record.Kind == RoomKind.Private ? _principals.FindOrRecall(id) : null;
}
