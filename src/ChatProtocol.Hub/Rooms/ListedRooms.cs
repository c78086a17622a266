namespace ChatProtocol.Hub;

/// <summary>
/// The rooms in memory that lists show, since they have or had a member or an entry: public ones to everybody, private ones to their two
/// principals, and those by invitation to all who have a role there.
/// </summary>
internal sealed class ListedRooms(Principals principals)
{
    private readonly IdMap<Room> _listed = new();

    /// <summary>The rooms that are not public, by principal.</summary>
    private readonly Dictionary<ulong, IdMap<Room>> _private = [];

    /// <summary>The room of the server's moderators, which is listed for those that may moderate; null if there is none.</summary>
    public Room? OfModerators { get; set; }

    public void Add(Room room)
    {
        room.IsListed = true;
        if (room.Record.Kind == RoomKind.Public)
            _listed.Set(room.Id, room);
        else
            foreach (var principal in SeenBy(room))
                AddFor(principal, room);
    }

    public void Remove(Room room)
    {
        room.IsListed = false;
        if (room.Record.Kind == RoomKind.Public)
            _listed.Remove(room.Id);
        else
            foreach (var principal in SeenBy(room))
                RemoveFor(principal, room);
    }

    /// <summary>A principal was given a role in a listed room by invitation, or has none there any more.</summary>
    public void MemberChanged(Room room, ulong principal, bool isIn)
    {
        if (isIn)
            AddFor(principal, room);
        else
            RemoveFor(principal, room);
    }

    /// <summary>
    /// The rooms behind an id that a list for this principal shows, by ascending id: public ones, and its own private ones
    /// (CP-ROM-010).
    /// </summary>
    /// <param name="principal">The principal.</param>
    /// <param name="token">The token that it logged in by; null for another credential.</param>
    /// <param name="after">The id.</param>
    /// <param name="stored">The first of these rooms that the log found.</param>
    public IEnumerable<RoomListItem> SeenBy(Principal principal, TokenRecord? token, ulong after, DirectoryResult stored)
    {
        var at = 0;
        var next = NextSeenBy(principal, token, after);
        while (at < stored.Rooms.Count || next is not null)
            if (next is null || at < stored.Rooms.Count && stored.Rooms[at].Id < next.Id)
            {
                var record = stored.Rooms[at++];
                yield return ToListItem(principal, record, stored);
            }
            else
            {
                if (at < stored.Rooms.Count && stored.Rooms[at].Id == next.Id)
                    at++;
                yield return ToListItem(principal, next);
                next = NextSeenBy(principal, token, next.Id);
            }
    }

    /// <summary>Those of some rooms that a list for this principal shows behind an id, by ascending id.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="token">The token that it logged in by; null for another credential.</param>
    /// <param name="ids">The rooms, a few.</param>
    /// <param name="after">The id.</param>
    /// <param name="stored">Those of the rooms that the log found.</param>
    public IEnumerable<RoomListItem> SeenBy(Principal principal, TokenRecord? token, IReadOnlyList<ulong> ids, ulong after, DirectoryResult stored)
    {
        foreach (var id in ids.Where(id => id > after).Order())
            if (FindSeenBy(principal, token, id) is { } room)
                yield return ToListItem(principal, room);
            else if (stored.Rooms.FirstOrDefault(record => record.Id == id) is { } record
                && (record.Kind == RoomKind.Public || (record.Kind == RoomKind.Private ? record.Creator == principal.Id || record.Peer == principal.Id
                    : record.Insiders.Contains(principal.Id))))
                yield return ToListItem(principal, record, stored);
    }

    /// <summary>The private rooms of a principal and those by invitation in which it has a role, behind an id, by ascending id.</summary>
    public IEnumerable<Room> OwnedBy(Principal principal, ulong after) => _private.GetValueOrDefault(principal.Id)?.After(after) ?? [];

    private static RoomListItem ToListItem(Principal principal, Room room) =>
        new(room.Id, room.Record.Kind, room.NameFor(principal), room.Committed, (ulong)room.Presence.Count, room.CommittedTime);

    private RoomListItem ToListItem(Principal principal, RoomRecord room, DirectoryResult stored) =>
        new(room.Id, room.Kind, NameFor(principal, room, stored), room.Head, 0, room.Time);

    private string NameFor(Principal principal, RoomRecord room, DirectoryResult stored)
    {
        if (room.Kind != RoomKind.Private)
            return room.Name;
        var peer = room.Creator == principal.Id ? room.Peer : room.Creator;
        return principals.Find(peer)?.Name.Text ?? stored.Principals.FirstOrDefault(other => other.Id == peer)?.Name ?? Principals.NameOfForgotten(peer);
    }

    private Room? NextSeenBy(Principal principal, TokenRecord? token, ulong after)
    {
        var open = _listed.TryNext(after, out var openId, out var found) ? found : null;
        var next = _private.TryGetValue(principal.Id, out var all) && all.TryNext(after, out var ownId, out var own) && (open is null || ownId < openId) ? own : open;
        return OfModeratorsFor(principal, token) is { } room && room.Id > after && !(next?.Id <= room.Id) ? room : next;
    }

    private Room? FindSeenBy(Principal principal, TokenRecord? token, ulong id) =>
        _listed.Find(id) ?? _private.GetValueOrDefault(principal.Id)?.Find(id) ?? (OfModeratorsFor(principal, token) is { } room && room.Id == id ? room : null);

    private Room? OfModeratorsFor(Principal principal, TokenRecord? token) =>
        OfModerators is { IsListed: true } room && Rights.Of(principal, token).Include(Permissions.Moderate) ? room : null;

    /// <summary>The principals whose lists show a room that is not public.</summary>
    private static IEnumerable<ulong> SeenBy(Room room) => room.IsPrivate ? [room.Low!.Id, room.High!.Id]
        : room.Standings.After(0).Select(standing => standing.Principal).Append(room.Record.Creator).Distinct().Where(room.Standings.HasRole);

    private void AddFor(ulong principal, Room room)
    {
        if (!_private.TryGetValue(principal, out var all))
            _private.Add(principal, all = new IdMap<Room>());
        all.Set(room.Id, room);
    }

    private void RemoveFor(ulong principal, Room room)
    {
        if (!_private.TryGetValue(principal, out var all))
            return;
        all.Remove(room.Id);
        if (all.Count == 0)
            _private.Remove(principal);
    }
}
