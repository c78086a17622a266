using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Looks up rooms and principals through the index, keys of posts, amended messages, and records of the audit log. Belongs to one thread at a time.</summary>
internal sealed class DirectoryReader(DatabaseConnection connection, DatabaseTables tables) : IDisposable
{
    private readonly PreparedStatement _begin = connection.Prepare("BEGIN");

    private readonly PreparedStatement _end = connection.Prepare("COMMIT");

    public static DirectoryReader Open(string path)
    {
        var connection = DatabaseConnection.Open(path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        connection.Execute("PRAGMA cache_size = -4096");
        return new DirectoryReader(connection, new DatabaseTables(connection));
    }

    /// <summary>Answers a query, as of one moment.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public DirectoryResult Find(DirectoryQuery query)
    {
        _begin.Execute();
        try
        {
            return query switch
            {
                DirectoryQuery.Room room => FindRoom(room.Id),
                DirectoryQuery.RoomNamed room => FindRooms(room.Name),
                DirectoryQuery.RoomBetween pair => WithPrincipals(RoomsOf(tables.Index.FindRooms(DirectoryKeys.OfPair(pair.Low, pair.High)))
                    .Where(room => (room.Creator, room.Peer) == (pair.Low, pair.High))),
                DirectoryQuery.PrincipalNamed principal => WithDetails(FindNamed(principal.Name)),
                DirectoryQuery.TokenHashed token => WithDetails(FindTokenOwner(token.Hash)),
                DirectoryQuery.PostKeyed keyed => (keyed.WithRoom ? FindRoom(keyed.Key.Room) : new DirectoryResult()) with { Keyed = tables.Messages.PostKeys.Find(keyed.Key) },
                DirectoryQuery.Message message => new DirectoryResult { Message = FindMessage(message) },
                DirectoryQuery.PinnedIn pinned => new DirectoryResult { Seqs = tables.Messages.Amendments.Pinned(pinned.RoomId) },
                DirectoryQuery.InThread thread => new DirectoryResult { Seqs = tables.Messages.Threads.List(thread) },
                DirectoryQuery.ReactionsTo reactions => new DirectoryResult { Reactions = tables.Messages.Reactions.List(reactions) },
                DirectoryQuery.AccountsBehind page => FindPage(page),
                DirectoryQuery.RoomsSeenBy list => FindPage(list),
                DirectoryQuery.PrincipalsBehind page => FindPage(page),
                DirectoryQuery.RoomsById rooms => new DirectoryResult { Rooms = [.. ShownRoomsOf(rooms.Ids.Order())] },
                DirectoryQuery.RoomsOwnedBy owned => FindOwned(owned),
                DirectoryQuery.AuditRecords records => tables.Audit.Find(records),
                _ => throw new InvalidOperationException($"No table answers {query}."),
            };
        }
        finally
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
                _end.Execute();
        }
    }

    /// <summary>The part that a start needs: some rooms, and all with limits.</summary>
    /// <param name="rooms">The rooms' ids; those that no room has are passed over.</param>
    public DirectoryResult FindForStart(IEnumerable<ulong> rooms) => WithPrincipals(RoomsOf([.. tables.Index.ListLimited().Concat(rooms).Distinct().Order()]));

    public void Dispose() => connection.Dispose();

    private DirectoryResult FindRoom(ulong id)
    {
        if (tables.Rooms.Find(id) is not { } room)
            return new DirectoryResult();
        return WithPrincipals(room.Kind != RoomKind.Public ? [WithEnd(room)] : RoomsOf(tables.Index.FindRooms(DirectoryKeys.RoomNames(room.Name)[0])));
    }

    private StoredMessage? FindMessage(DirectoryQuery.Message query)
    {
        var entry = EntryAt(query.RoomId, query.Seq);
        if ((entry is Edited { Text.Length: > 0 } edited ? EntryAt(query.RoomId, edited.Target) : entry) is not Message { IsErased: false } message)
            return null;
        return new StoredMessage(message.Seq, message.From, message.Time, message.Text, tables.Messages.Amendments.Find(query.RoomId, message.Seq))
        {
            Own = tables.Messages.Reactions.Own(query.RoomId, message.Seq, query.Principal),
            Pins = tables.Messages.Amendments.CountPinned(query.RoomId),
        };
    }

    /// <summary>An entry; null if it is not there, or damaged.</summary>
    private Entry? EntryAt(ulong room, ulong seq)
    {
        var segment = tables.Rows.ReadSingly(room, new SeqRange(seq, seq), fromHigh: false).FirstOrDefault() is { Bytes: not null } row ? row.Whole() : null;
        return segment is not null && seq >= segment.First && seq <= segment.Last ? EntryFrame.Decode(segment.Slice(segment.IndexOf(seq), 1)) : null;
    }

    private DirectoryResult FindRooms(string name)
    {
        var ids = DirectoryKeys.RoomNames(name).SelectMany(tables.Index.FindRooms).Concat(DirectoryKeys.Looks(name).SelectMany(tables.Index.FindLooks));
        return new DirectoryResult { Rooms = [.. RoomsOf(ids.Distinct().Order())] };
    }

    private DirectoryResult FindPage(DirectoryQuery.RoomsSeenBy list)
    {
        List<RoomRecord> rooms = [.. ShownRoomsOf(tables.Index.List(list.Principal, list.After, list.Count))];
        var peers = rooms.Where(room => room.Kind == RoomKind.Private).Select(room => room.Creator == list.Principal ? room.Peer : room.Creator);
        return new DirectoryResult { Rooms = rooms, Principals = [.. peers.Distinct().Select(tables.Principals.Find).OfType<PrincipalRecord>()] };
    }

    private DirectoryResult FindOwned(DirectoryQuery.RoomsOwnedBy owned)
    {
        var ids = tables.Index.ListOwn(owned.Principal, owned.After, owned.Count).Concat(owned.Others).Distinct().Order().Take(owned.Count);
        return new DirectoryResult { Rooms = [.. ids.Select(tables.Rooms.Find).OfType<RoomRecord>().Select(WithEnd)] };
    }

    private DirectoryResult FindPage(DirectoryQuery.PrincipalsBehind page)
    {
        var principals = tables.Principals.Load(page.After, page.Count).ConvertAll(WithReferences);
        return new DirectoryResult
        {
            Principals = principals,
            Uses = principals.Count == 0 ? [] : tables.Publishers.LoadUses(page.After, principals[^1].Id),
        };
    }

    private DirectoryResult FindPage(DirectoryQuery.AccountsBehind page)
    {
        var accounts = tables.Accounts.Load(page.After, page.Count);
        return new DirectoryResult { Principals = [.. accounts.Select(account => tables.Principals.Find(account.Principal)).OfType<PrincipalRecord>()], Accounts = accounts };
    }

    private IEnumerable<PrincipalRecord> FindTokenOwner(string hash)
    {
        if (tables.Tokens.Find(hash) is not { } token || tables.Principals.Find(token.Principal) is not { } owner)
            return [];
        return owner.HoldsName ? FindNamed(owner.Name) : [owner];
    }

    private DirectoryResult WithPrincipals(IEnumerable<RoomRecord> found)
    {
        List<RoomRecord> rooms = [.. found];
        var members = rooms.Where(room => room.Kind == RoomKind.Private).SelectMany(room => (ulong[])[room.Creator, room.Peer]).Distinct()
            .Select(tables.Principals.Find).OfType<PrincipalRecord>();
        return WithDetails(members.SelectMany(member => member.HoldsName ? FindNamed(member.Name) : [member])) with { Rooms = rooms };
    }

    private DirectoryResult WithDetails(IEnumerable<PrincipalRecord> found)
    {
        List<PrincipalRecord> principals = [.. found.DistinctBy(principal => principal.Id).OrderBy(principal => principal.Id).Select(WithReferences)];
        List<AccountRecord> accounts = [.. principals.Select(principal => tables.Accounts.Find(principal.Id)).OfType<AccountRecord>()];
        return new DirectoryResult
        {
            Principals = principals,
            Accounts = accounts,
            Tokens = [.. accounts.SelectMany(account => tables.Tokens.LoadOf(account.Principal)).OrderBy(token => token.Number)],
            Blocks = [.. principals.SelectMany(principal => tables.Blocks.LoadOf(principal.Id))],
            Markers = [.. principals.SelectMany(principal => tables.Markers.LoadOf(principal.Id))],
            Publishers = [.. principals.SelectMany(principal => tables.Publishers.LoadOf(principal.Id))],
        };
    }

    /// <summary>All who hold a name, and some accounts that it could be mistaken for, with all who hold theirs.</summary>
    private IEnumerable<PrincipalRecord> FindNamed(string name)
    {
        var looks = DirectoryKeys.Looks(name).SelectMany(tables.Index.FindAccountLooks).Distinct().Select(tables.Principals.Find).OfType<PrincipalRecord>();
        return HoldersOf(name).Concat(looks.SelectMany(look => HoldersOf(look.Name)));
    }

    private IEnumerable<PrincipalRecord> HoldersOf(string name) =>
        tables.Index.FindPrincipals(name).Select(tables.Principals.Find).OfType<PrincipalRecord>().Where(principal => principal.HoldsName);

    private PrincipalRecord WithReferences(PrincipalRecord principal) => principal with
    {
        CreatedRooms = tables.Index.CountCreated(principal.Id),
        IsReferredTo = tables.Accounts.Has(principal.Id) || tables.Index.HasPrivateRooms(principal.Id) || tables.Blocks.HasOf(principal.Id),
    };

    private IEnumerable<RoomRecord> RoomsOf(IEnumerable<ulong> ids) => ids.Select(tables.Rooms.Find).OfType<RoomRecord>().Select(WithEnd);

    /// <summary>Many rooms at once, none of which is taken into memory.</summary>
    private IEnumerable<RoomRecord> ShownRoomsOf(IEnumerable<ulong> ids) => ids.Select(tables.Rooms.Find).OfType<RoomRecord>().Select(WithShownEnd);

    private RoomRecord WithShownEnd(RoomRecord room)
    {
        var (head, unsaid, time) = tables.Rows.ShownEndOf(room.Id);
        return (room.Kind == RoomKind.ByInvitation ? tables.Rooms.WithStandings(room) : room) with { Head = head, Unsaid = unsaid, Time = time };
    }

    private RoomRecord WithEnd(RoomRecord room)
    {
        var (head, unsaid, time) = tables.Rows.EndOf(room.Id);
        return tables.Rooms.WithStandings(room) with { Head = head, Unsaid = unsaid, Time = time };
    }
}
