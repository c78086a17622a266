using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>By what the rooms and principals of a log in memory are looked up.</summary>
internal sealed class LogNames
{
    private readonly Dictionary<long, SortedDictionary<ulong, DirectoryKey>> _rooms = [];
    private readonly Dictionary<long, SortedSet<ulong>> _principals = [];
    private readonly Dictionary<long, SortedDictionary<ulong, DirectoryKey>> _accounts = [];
    private readonly Dictionary<ulong, SortedSet<ulong>> _created = [];
    private readonly Dictionary<ulong, SortedSet<ulong>> _private = [];

    public void Add(RoomRecord room)
    {
        foreach (var key in DirectoryKeys.Of(room))
            Of(_rooms, key.Hash)[room.Id] = key;
        foreach (var (ids, principal) in ListsOf(room))
            Of(ids, principal).Add(room.Id);
    }

    public void Remove(RoomRecord room)
    {
        foreach (var key in DirectoryKeys.Of(room))
            _rooms[key.Hash].Remove(room.Id);
        foreach (var (ids, principal) in ListsOf(room))
            ids[principal].Remove(room.Id);
    }

    public void Add(PrincipalRecord principal)
    {
        if (principal.HoldsName)
            Of(_principals, DirectoryKeys.OfPrincipal(principal.Name)).Add(principal.Id);
    }

    public void Remove(PrincipalRecord principal)
    {
        if (principal.HoldsName)
            _principals[DirectoryKeys.OfPrincipal(principal.Name)].Remove(principal.Id);
    }

    /// <summary>A principal with an account has a name that no other may look like.</summary>
    public void AddLooks(PrincipalRecord principal)
    {
        foreach (var key in principal.HoldsName ? DirectoryKeys.Looks(principal.Name) : [])
            Of(_accounts, key.Hash)[principal.Id] = key;
    }

    public void RemoveLooks(PrincipalRecord principal)
    {
        foreach (var key in principal.HoldsName ? DirectoryKeys.Looks(principal.Name) : [])
            _accounts[key.Hash].Remove(principal.Id);
    }

    public IEnumerable<ulong> RoomsOf(long hash) => _rooms.GetValueOrDefault(hash)?.Where(room => room.Value.Scripts == 0).Select(room => room.Key) ?? [];

    /// <summary>The first room that looks like a name and is of other scripts, and no other: the hub may rely on no more.</summary>
    public IEnumerable<ulong> LooksOf(DirectoryKey look) => LooksOf(_rooms, look);

    /// <summary>The first principal with an account that looks like a name and is of other scripts, and no other.</summary>
    public IEnumerable<ulong> AccountLooksOf(DirectoryKey look) => LooksOf(_accounts, look);

    public IEnumerable<ulong> HoldersOf(string name) => _principals.GetValueOrDefault(DirectoryKeys.OfPrincipal(name)) ?? Enumerable.Empty<ulong>();

    public int CountCreated(ulong principal) => _created.GetValueOrDefault(principal)?.Count ?? 0;

    public IReadOnlyCollection<ulong> PrivateOf(ulong principal) => _private.GetValueOrDefault(principal) ?? [];

    private static IEnumerable<ulong> LooksOf(Dictionary<long, SortedDictionary<ulong, DirectoryKey>> names, DirectoryKey look) =>
        names.GetValueOrDefault(look.Hash)?.Where(name => name.Value.Scripts != 0 && name.Value.Scripts != look.Scripts).Select(name => name.Key).Take(1) ?? [];

    private IEnumerable<(Dictionary<ulong, SortedSet<ulong>> Ids, ulong Principal)> ListsOf(RoomRecord room) =>
        room.Kind == RoomKind.Private ? [(_private, room.Creator), (_private, room.Peer)] : [(_created, room.Creator), .. room.Kind == RoomKind.ByInvitation ? room.Insiders.Select(one => (_private, one)) : []];

    private static T Of<TKey, T>(Dictionary<TKey, T> all, TKey key)
        where TKey : notnull
        where T : new()
    {
        if (!all.TryGetValue(key, out var found))
            all.Add(key, found = new T());
        return found;
    }
}
