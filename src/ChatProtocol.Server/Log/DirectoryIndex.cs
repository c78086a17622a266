using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// By what stored rooms, principals and publishers are looked up: tables that follow from their rows, and change with them in the
/// same transaction.
/// </summary>
internal sealed class DirectoryIndex(DatabaseConnection connection)
{
    /// <summary>In the place of a principal: the rooms of everybody.</summary>
    private const long Everybody = 0;

    private readonly PreparedStatement _addKey = connection.Prepare("INSERT OR IGNORE INTO room_key(hash, scripts, room) VALUES ($hash, $scripts, $room)");

    private readonly PreparedStatement _removeKey = connection.Prepare("DELETE FROM room_key WHERE hash = $hash AND scripts = $scripts AND room = $room");

    private readonly PreparedStatement _addRoom = connection.Prepare("INSERT OR IGNORE INTO room_of(principal, kind, room) VALUES ($principal, $kind, $room)");

    private readonly PreparedStatement _removeRoom = connection.Prepare("DELETE FROM room_of WHERE principal = $principal AND kind = $kind AND room = $room");

    private readonly PreparedStatement _addPrincipal = connection.Prepare("INSERT OR IGNORE INTO principal_key(hash, principal) VALUES ($hash, $principal)");

    private readonly PreparedStatement _removePrincipal = connection.Prepare("DELETE FROM principal_key WHERE hash = $hash AND principal = $principal");

    private readonly PreparedStatement _addLook = connection.Prepare("INSERT OR IGNORE INTO account_look(hash, scripts, principal) VALUES ($hash, $scripts, $principal)");

    private readonly PreparedStatement _removeLook = connection.Prepare("DELETE FROM account_look WHERE hash = $hash AND scripts = $scripts AND principal = $principal");

    private readonly PreparedStatement _addPublisher = connection.Prepare("INSERT OR IGNORE INTO publisher_of(room, principal, id) VALUES ($room, $principal, $id)");

    private readonly PreparedStatement _removePublisher = connection.Prepare("DELETE FROM publisher_of WHERE room = $room AND principal = $principal AND id = $id");

    private readonly PreparedStatement _findRooms = connection.Prepare("SELECT room FROM room_key WHERE hash = $hash AND scripts = 0 ORDER BY room");

    private readonly PreparedStatement _findLooks = connection.Prepare(
        """
        SELECT room FROM (SELECT room FROM room_key WHERE hash = $hash AND scripts <> 0 AND scripts < $scripts LIMIT 1)
        UNION ALL SELECT room FROM (SELECT room FROM room_key WHERE hash = $hash AND scripts <> 0 AND scripts > $scripts LIMIT 1)
        """);

    private readonly PreparedStatement _findAccountLooks = connection.Prepare(
        """
        SELECT principal FROM (SELECT principal FROM account_look WHERE hash = $hash AND scripts < $scripts LIMIT 1)
        UNION ALL SELECT principal FROM (SELECT principal FROM account_look WHERE hash = $hash AND scripts > $scripts LIMIT 1)
        """);

    private readonly PreparedStatement _findPrincipals = connection.Prepare("SELECT principal FROM principal_key WHERE hash = $hash ORDER BY principal");

    private readonly PreparedStatement _list = connection.Prepare(
        $"""
        SELECT room FROM (SELECT room FROM room_of WHERE principal = {Everybody} AND kind = {(int)RoomsOf.Public} AND room > $after ORDER BY room LIMIT $count)
        UNION ALL SELECT room FROM (SELECT room FROM room_of WHERE principal = $principal AND kind = {(int)RoomsOf.Private} AND room > $after ORDER BY room LIMIT $count)
        ORDER BY room LIMIT $count
        """);

    private readonly PreparedStatement _listOwn = connection.Prepare(
        "SELECT room FROM room_of WHERE principal = $principal AND kind = $kind AND room > $after ORDER BY room LIMIT $count");

    private readonly PreparedStatement _listAll = connection.Prepare("SELECT room FROM room_of WHERE principal = $principal AND kind = $kind ORDER BY room");

    private readonly PreparedStatement _count = connection.Prepare("SELECT count(*) FROM room_of WHERE principal = $principal AND kind = $kind");

    private readonly PreparedStatement _hasAny = connection.Prepare("SELECT EXISTS (SELECT 1 FROM room_of WHERE principal = $principal AND kind = $kind)");

    private enum RoomsOf
    {
        /// <summary>Those that everybody sees; of a principal, those that it has created.</summary>
        Public,
        Private,

        /// <summary>Those with limits, of everybody alone.</summary>
        Limited,
    }

    public void Add(RoomRecord room) => Change(room, _addKey, _addRoom);

    public void Remove(RoomRecord room) => Change(room, _removeKey, _removeRoom);

    /// <summary>A room has limits, or none any more.</summary>
    public void Limit(ulong room, bool isLimited) => (isLimited ? _addRoom : _removeRoom).Execute(Everybody, (int)RoomsOf.Limited, (long)room);

    public void AddPrincipal(ulong principal, string name) => _addPrincipal.Execute(DirectoryKeys.OfPrincipal(name), (long)principal);

    public void RemovePrincipal(ulong principal, string name) => _removePrincipal.Execute(DirectoryKeys.OfPrincipal(name), (long)principal);

    /// <summary>A principal with an account has a name that no other may look like.</summary>
    public void AddLooks(ulong principal, string name) => ChangeLooks(principal, name, _addLook);

    public void RemoveLooks(ulong principal, string name) => ChangeLooks(principal, name, _removeLook);

    /// <summary>Removes the looks of accounts that are not there, as they could hide those of others.</summary>
    public void RemoveLostLooks() => connection.Execute("DELETE FROM account_look WHERE principal NOT IN (SELECT id FROM principal WHERE has_account)");

    public void AddPublisher(ulong principal, byte[] id, ulong room) => _addPublisher.Execute((long)room, (long)principal, id);

    public void RemovePublisher(ulong principal, byte[] id, ulong room) => _removePublisher.Execute((long)room, (long)principal, id);

    /// <summary>The rooms that may have a name.</summary>
    public List<ulong> FindRooms(long hash) => Read(_findRooms, hash);

    /// <summary>A room or two that may look like a name and are of other scripts, if there are any.</summary>
    public List<ulong> FindLooks(DirectoryKey look) => Read(_findLooks, look.Hash, look.Scripts);

    /// <summary>A principal or two with accounts that may look like a name and are of other scripts, if there are any.</summary>
    public List<ulong> FindAccountLooks(DirectoryKey look) => Read(_findAccountLooks, look.Hash, look.Scripts);

    /// <summary>The principals that may hold a name.</summary>
    public List<ulong> FindPrincipals(string name) => Read(_findPrincipals, DirectoryKeys.OfPrincipal(name));

    /// <summary>The first rooms behind an id that a principal sees.</summary>
    public List<ulong> List(ulong principal, ulong after, int count) => Read(_list, (long)after, count, (long)principal);

    /// <summary>The first private rooms of a principal behind an id, and those by invitation in which it has a role.</summary>
    public List<ulong> ListOwn(ulong principal, ulong after, int count) => Read(_listOwn, (long)principal, (int)RoomsOf.Private, (long)after, count);

    public List<ulong> ListLimited() => Read(_listAll, Everybody, (int)RoomsOf.Limited);

    public int CountCreated(ulong principal) => (int)(long)_count.Ask((long)principal, (int)RoomsOf.Public)!;

    public ulong CountRooms() => (ulong)((long)_count.Ask(Everybody, (int)RoomsOf.Public)! + (long)_count.Ask(Everybody, (int)RoomsOf.Private)!);

    public bool HasPrivateRooms(ulong principal) => (long)_hasAny.Ask((long)principal, (int)RoomsOf.Private)! != 0;

    private static void ChangeLooks(ulong principal, string name, PreparedStatement look)
    {
        foreach (var (hash, scripts) in DirectoryKeys.Looks(name))
            look.Execute(hash, scripts, (long)principal);
    }

    private static void Change(RoomRecord room, PreparedStatement key, PreparedStatement list)
    {
        foreach (var (hash, scripts) in DirectoryKeys.Of(room))
            key.Execute(hash, scripts, (long)room.Id);
        foreach (var (principal, kind) in ListsOf(room))
            list.Execute(principal, (int)kind, (long)room.Id);
    }

    private static IEnumerable<(long Principal, RoomsOf Kind)> ListsOf(RoomRecord room) => room.Kind switch
    {
        RoomKind.Private => [(Everybody, RoomsOf.Private), ((long)room.Creator, RoomsOf.Private), ((long)room.Peer, RoomsOf.Private)],
        RoomKind.ByInvitation => [(Everybody, RoomsOf.Private), ((long)room.Creator, RoomsOf.Public), .. room.Insiders.Select(principal => ((long)principal, RoomsOf.Private))],
        _ => [(Everybody, RoomsOf.Public), ((long)room.Creator, RoomsOf.Public)],
    };

    private static List<ulong> Read(PreparedStatement statement, params object[] values)
    {
        using var rows = statement.Read(values);
        var ids = new List<ulong>();
        while (rows.Read())
            ids.Add((ulong)rows.Number(0));
        return ids;
    }
}
