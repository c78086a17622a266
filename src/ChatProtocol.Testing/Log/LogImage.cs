using System.Buffers.Binary;
using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>
/// The content of the disk: the tables of the server's database in memory, and the effect of its transactions. Expired entries
/// and those of removed rooms are removed by one segment with each transaction, so that a batch never takes long.
/// </summary>
internal sealed class LogImage
{
    private readonly SortedDictionary<ulong, RoomRecord> _rooms = [];
    private readonly SortedDictionary<ulong, LogRoom> _segments = [];
    private readonly SortedSet<ulong> _removedRooms = [];
    private readonly Dictionary<(ulong Principal, UInt128 Id, ulong Room), PublisherRecord> _publishers = [];
    private readonly List<(long Row, PublisherEnd End)> _ends = [];
    private readonly LogDirectory _directory = new();
    private readonly LogNames _names = new();
    private readonly LogPrincipals _principals;
    private readonly LogAudit _audit = new();
    private readonly List<ReportRecord> _reports = [];
    private readonly LogMessages _messages = new();
    private readonly SortedDictionary<(ulong Principal, ulong Room), MarkerRecord> _markers = [];
    private ulong _moderatorsRoom;
    private ulong _reservedRooms;
    private ulong _reservedPrincipals;
    private long _lastRow;

    // Both are the number of the last segment before the storing of changed publishers began. The first belongs to the
    // writer and is lost with it.
    private long _begun;
    private long _through;

    public LogImage() => _principals = new LogPrincipals(_names);

    private LogImage(LogImage from)
    {
        foreach (var (id, room) in from._rooms)
        {
            _rooms.Add(id, room);
            _names.Add(room);
        }
        foreach (var (room, segments) in from._segments)
            _segments.Add(room, segments.Copy());
        _removedRooms.UnionWith(from._removedRooms);
        _principals = from._principals.Copy(_names);
        foreach (var (key, publisher) in from._publishers)
            _publishers.Add(key, publisher);
        _ends.AddRange(from._ends);
        _directory = from._directory.Copy();
        _audit = from._audit.Copy();
        _reports.AddRange(from._reports);
        _messages = from._messages.Copy();
        foreach (var (key, marker) in from._markers)
            _markers.Add(key, marker);
        _moderatorsRoom = from._moderatorsRoom;
        _reservedRooms = from._reservedRooms;
        _reservedPrincipals = from._reservedPrincipals;
        _lastRow = from._lastRow;
        _begun = _through = from._through;
    }

    /// <summary>Rooms with a record, by ascending id.</summary>
    public IEnumerable<ulong> Rooms => _rooms.Keys;

    public IEnumerable<PublisherRecord> Publishers => _publishers.Values;

    /// <summary>What is stored of messages beside their entries.</summary>
    public LogMessages Messages => _messages;

    public IEnumerable<MarkerRecord> Markers => _markers.Values;

    public IEnumerable<BanRecord> Bans => _directory.Bans;

    public LogAccounts Accounts => _principals.Accounts;

    /// <summary>The records of the audit log, by ascending number.</summary>
    public IReadOnlyList<StoredAuditRecord> Audit => _audit.Records;

    public LogImage Copy() => new(this);

    public bool HasRoom(ulong room) => _rooms.ContainsKey(room);

    public RoomRecord? RecordOf(ulong room) => _rooms.GetValueOrDefault(room);

    public RetentionLimits? KeptOf(ulong room) => _rooms.GetValueOrDefault(room)?.Keeps;

    /// <summary>A room's segments; empty if it has none.</summary>
    public LogRoom this[ulong room] => _segments.GetValueOrDefault(room) ?? new LogRoom();

    public ulong HeadOf(ulong room) => this[room].Head;

    /// <summary>Applies a batch as one transaction.</summary>
    /// <param name="batch">The batch to store.</param>
    /// <param name="segments">The batch's segments as they are on the disk.</param>
    public void Apply(LogBatch batch, IEnumerable<Segment> segments)
    {
        foreach (var room in batch.Rooms)
            // A room without an entry has a record if its retention was set.
            if (_rooms.TryAdd(room.Id, room))
                _names.Add(room);
            else if (HeadOf(room.Id) > 0)
                throw new LogContractException($"room {room.Id} is stored a second time");
        if (batch.BeginsPublishers)
            _begun = _lastRow;
        foreach (var segment in segments)
            Add(segment);
        batch.Changes.ForEach(Apply);
        if (!batch.EndsPublishers)
            return;
        _through = _begun;
        _ends.RemoveAll(end => end.Row <= _through);
    }

    public void Add(Segment segment)
    {
        if (!_rooms.ContainsKey(segment.Room))
            throw new LogContractException($"room {segment.Room} has entries and no record");
        if (segment.Count > 1 && segment.Bytes.Length > Segment.MaxBytes)
            throw new LogContractException($"a segment of {segment.Count} entries has {segment.Bytes.Length} bytes");
        if (!_segments.TryGetValue(segment.Room, out var segments))
            _segments.Add(segment.Room, segments = new LogRoom());
        segments.Add(new LogRow(++_lastRow, segment));
    }

    /// <summary>Damages the segment of an entry, which cannot be read any more.</summary>
    public void Damage(ulong room, ulong seq) => _segments[room].Change(seq, row => row with { IsDamaged = true });

    /// <summary>Replaces the segment of a row; nothing happens if the row is gone.</summary>
    public void Replace(Segment segment)
    {
        if (this[segment.Room].Find(segment.First) is not null)
            _segments[segment.Room].Change(segment.First, row => row with { Segment = segment });
    }

    /// <summary>Removes the last segments, as a disk does that acknowledged writes without doing them.</summary>
    public void Lose(int segments)
    {
        for (; segments > 0; segments--)
        {
            var (room, last) = _segments.MaxBy(pair => pair.Value.Rows[^1].Number);
            last.RemoveLast();
            if (last.IsEmpty)
                _segments.Remove(room);
            _lastRow--;
        }
    }

    /// <summary>Adds bans and blocks without a request to the hub.</summary>
    public void Hold(IEnumerable<BanRecord> bans, IEnumerable<BlockRecord> blocks)
    {
        foreach (var ban in bans)
            _directory.Add(ban);
        foreach (var block in blocks)
            _directory.Add(block);
    }

    public void Change(ulong room, Func<RoomRecord, RoomRecord> change) => Keep(change(_rooms[room]));

    public void ChangePrincipal(ulong principal, Func<PrincipalRecord, PrincipalRecord> change) => _principals.Keep(change(_principals.Find(principal)!));

    /// <summary>
    /// Begins new epochs after a restore: the copy lacks the original's later entries, so every room gets a new epoch, and no id that
    /// the original may have given since is given again.
    /// </summary>
    /// <param name="random">Draws a number.</param>
    public void BeginNewEpochs(Func<ulong> random)
    {
        _reservedRooms += random() & 0xFF_FFFF_FFFF;
        _reservedPrincipals += random() & 0xFF_FFFF_FFFF;
        foreach (var id in Rooms.ToList())
            Change(id, room => room with { Epoch = random() & Limits.MaxInteger, EpochFirst = HeadOf(id) + 1 });
    }

    /// <summary>Every stored principal.</summary>
    public IEnumerable<PrincipalRecord> Principals => _principals.All;

    /// <summary>The content that a start of the server finds: all of it, or what the server then has to look up the rest of.</summary>
    public StartupContents Load(bool isWhole = false)
    {
        // The writer's own number is lost.
        _begun = _through;
        List<RoomRecord> rooms = [.. _rooms.Values.Where(room => isWhole || room.Id == 1 || room.Id == _moderatorsRoom || room.Keeps is not null).Select(WithEnd)];
        var found = isWhole ? WithDetails(_principals.All) : WithDetails(rooms.SelectMany(MembersOf));
        return new StartupContents(rooms, found.Principals, _principals.Next, _reservedRooms)
        {
            IsWhole = isWhole,
            RoomCount = (ulong)_rooms.Count,
            NewestTime = _segments.Values.Select(room => (long)room.Time).Concat(_principals.All.Select(principal => principal.LastSeen)).Append(_audit.NewestTime).Max(),
            ReservedPrincipals = _reservedPrincipals,
            PublishersOf = PublishersOf,
            Accounts = found.Accounts,
            Tokens = found.Tokens,
            Owners = _principals.Accounts.Owners,
            Invitations = _principals.Accounts.Invitations,
            NextToken = _principals.Accounts.NextToken,
            NextInvitation = _principals.Accounts.NextInvitation,
            Blocks = found.Blocks,
            Markers = found.Markers,
            Bans = _directory.Bans,
            Audit = _audit.Extent,
            ModeratorsRoom = _moderatorsRoom,
            Reports = [.. _reports],
            RemovedRooms = [.. _removedRooms],
            Replay = [.. PublisherReplay.Of(_segments.Values.SelectMany(room => room.Rows)
                .Where(row => row.Number > _through && !row.IsDamaged && !row.Segment.Posts.IsEmpty)
                .OrderBy(row => row.Number).Select(row => (row.Number, row.Segment)), [.. _ends])],
        };
    }

    /// <summary>Looks up rooms and principals as the database does.</summary>
    public DirectoryResult Find(DirectoryQuery query) => query switch
    {
        DirectoryQuery.Room room => FindRoom(room.Id),
        DirectoryQuery.RoomNamed room => FindRooms(room.Name),
        DirectoryQuery.RoomBetween pair => Find(RoomsOf(_names.RoomsOf(DirectoryKeys.OfPair(pair.Low, pair.High)))),
        DirectoryQuery.PrincipalNamed principal => WithDetails(_principals.FindNamed(principal.Name)),
        DirectoryQuery.TokenHashed token => WithDetails(_principals.FindTokenOwner(token.Hash)),
        DirectoryQuery.PostKeyed keyed => (keyed.WithRoom ? FindRoom(keyed.Key.Room) : new DirectoryResult()) with { Keyed = _messages.Find(keyed.Key) },
        DirectoryQuery.Message message => new DirectoryResult { Message = _messages.Find(this[message.RoomId], message) },
        DirectoryQuery.PinnedIn pinned => _messages.Find(pinned),
        DirectoryQuery.InThread thread => _messages.Find(thread),
        DirectoryQuery.ReactionsTo reactions => _messages.Find(reactions),
        DirectoryQuery.AccountsBehind page => _principals.FindPage(page),
        DirectoryQuery.RoomsSeenBy list => FindPage(list),
        DirectoryQuery.PrincipalsBehind page => new DirectoryResult
        {
            Principals = [.. _principals.All.Where(principal => principal.Id > page.After).Take(page.Count).Select(WithReferences)],
            Uses = [.. _publishers.Values.GroupBy(publisher => (publisher.Principal, Number(publisher.Id)))
                .Select(records => new PublisherUse(records.Key.Principal, records.First().Id, records.Max(record => record.LastUsed)))],
        },
        DirectoryQuery.RoomsById rooms => new DirectoryResult { Rooms = [.. rooms.Ids.Order().Where(_rooms.ContainsKey).Select(id => WithEnd(_rooms[id]))] },
        DirectoryQuery.RoomsOwnedBy owned => new DirectoryResult { Rooms = [.. _rooms.Values.Where(room => IsOwned(room, owned)).Take(owned.Count).Select(WithEnd)] },
        DirectoryQuery.AuditRecords records => _audit.Find(records),
        _ => throw new LogContractException($"no log looks up {query}"),
    };

    private bool IsOwned(RoomRecord room, DirectoryQuery.RoomsOwnedBy owned) =>
        room.Id > owned.After && (owned.Others.Contains(room.Id) || room.Kind != RoomKind.Public && _names.PrivateOf(owned.Principal).Contains(room.Id));

    private DirectoryResult FindRoom(ulong id)
    {
        if (!_rooms.TryGetValue(id, out var room))
            return new DirectoryResult();
        return Find(room.Kind != RoomKind.Public ? [room] : RoomsOf(_names.RoomsOf(DirectoryKeys.RoomNames(room.Name)[0])));
    }

    private DirectoryResult FindRooms(string name) => Find(RoomsOf(DirectoryKeys.RoomNames(name).SelectMany(_names.RoomsOf)
        .Concat(DirectoryKeys.Looks(name).SelectMany(_names.LooksOf)).Distinct().Order()));

    private IEnumerable<RoomRecord> RoomsOf(IEnumerable<ulong> ids) => ids.Select(id => _rooms[id]);

    private DirectoryResult Find(IEnumerable<RoomRecord> rooms)
    {
        List<RoomRecord> all = [.. rooms.Select(WithEnd)];
        return WithDetails(all.SelectMany(MembersOf)) with { Rooms = all };
    }

    private DirectoryResult FindPage(DirectoryQuery.RoomsSeenBy list)
    {
        List<RoomRecord> page = [.. _rooms.Values.Where(room => room.Id > list.After && (room.Kind == RoomKind.Public || _names.PrivateOf(list.Principal).Contains(room.Id)))
            .Take(list.Count).Select(WithEnd)];
        var peers = page.Where(room => room.Kind == RoomKind.Private).Select(room => room.Creator == list.Principal ? room.Peer : room.Creator).Distinct();
        return new DirectoryResult { Rooms = page, Principals = [.. peers.Select(_principals.Find).OfType<PrincipalRecord>()] };
    }

    /// <summary>The principals of a private room, with all others of their names.</summary>
    private IEnumerable<PrincipalRecord> MembersOf(RoomRecord room) => room.Kind != RoomKind.Private ? []
        : new[] { room.Creator, room.Peer }.Select(_principals.Find).OfType<PrincipalRecord>().SelectMany(member => member.HoldsName ? _principals.FindNamed(member.Name) : [member]);

    private DirectoryResult WithDetails(IEnumerable<PrincipalRecord> principals)
    {
        List<PrincipalRecord> all = [.. principals.DistinctBy(principal => principal.Id).OrderBy(principal => principal.Id).Select(WithReferences)];
        var ids = all.Select(principal => principal.Id).ToHashSet();
        return new DirectoryResult
        {
            Principals = all,
            Accounts = [.. all.Select(principal => _principals.Accounts.Find(principal.Id)).OfType<AccountRecord>()],
            Tokens = [.. _principals.Accounts.TokensOf(ids)],
            Blocks = [.. ids.SelectMany(_directory.BlocksOf).Select(block => block with { Name = _principals.Find(block.Blocked)?.Name ?? block.Name })],
            Markers = [.. _markers.Values.Where(marker => ids.Contains(marker.Principal))],
            Publishers = [.. ids.SelectMany(PublishersOf)],
        };
    }

    private PrincipalRecord WithReferences(PrincipalRecord principal) => principal with
    {
        CreatedRooms = _names.CountCreated(principal.Id),
        IsReferredTo = _principals.Accounts.Has(principal.Id) || _names.PrivateOf(principal.Id).Count > 0 || _directory.BlocksOf(principal.Id).Any(),
    };

    private IEnumerable<PublisherRecord> PublishersOf(ulong principal) =>
        _publishers.Where(publisher => publisher.Key.Principal == principal).Select(publisher => publisher.Value);

    private RoomRecord WithEnd(RoomRecord room) => room with { Head = HeadOf(room.Id), Unsaid = this[room.Id].Unsaid, Oldest = this[room.Id].Oldest, Time = this[room.Id].Time };

    /// <summary>Reads segments as the database does.</summary>
    public EntryResult Read(EntryQuery query) => _messages.WithAmendments(this[query.Room].Read(query), query);

    /// <summary>Finds entries as the database does, by looking at each.</summary>
    public SearchResult Search(EntrySearch search)
    {
        var page = new SearchPage(search);
        var before = search.Before ?? SearchCursor.End;
        foreach (var row in _segments.Values.SelectMany(room => room.Rows).Where(row => row.Number <= before.Row && !row.IsDamaged).OrderByDescending(row => row.Number))
        {
            if (_rooms.GetValueOrDefault(row.Segment.Room)?.IsOpenTo(search.Principal) != true && search.Rooms is not [_])
                continue;
            for (var index = Math.Min(row.Segment.Count, row.Number == before.Row ? before.Index : int.MaxValue) - 1; index >= 0; index--)
                if (!page.TryAdd(row.Number, row.Segment, index))
                    return page.ToResult(missingFrom: null);
        }
        return page.ToResult(missingFrom: null);
    }

    private void Apply(LogChange change)
    {
        switch (change)
        {
            case LogChange.KeepPrincipal { Record: var principal }: _principals.Keep(principal); break;
            case LogChange.EndPrincipal end: End(end.Id); break;
            case LogChange.ReserveRooms ids: _reservedRooms = Ascending("room", _reservedRooms, ids.Below); break;
            case LogChange.ReservePrincipals ids: _reservedPrincipals = Ascending("principal", _reservedPrincipals, ids.Below); break;
            case LogChange.LimitRoom { Room: var room }: Change(room, stored => stored with { Keeps = room.Keeps }); break;
            case LogChange.SetRoom { Room: var room }: Change(room, stored => stored with { Settings = room.Settings }); break;
            case LogChange.KeepStanding kept: Change(kept.Room, stored => stored with { Standings = [.. stored.Standings.Where(one => one.Principal != kept.Standing.Principal).Append(kept.Standing).OrderBy(one => one.Principal)] }); break;
            case LogChange.KeepPublisher { Record: var record }: _publishers[(record.Principal, Number(record.Id), record.Room)] = record; break;
            case LogChange.KeepPostKey { Record: var post }: Keep(post); break;
            case LogChange.KeepAmendment { Record: var amendment }: _messages.Keep(amendment); break;
            case LogChange.SetReaction set: _messages.Set(set.Record, set.On); break;
            case LogChange.EndReactions end: _messages.EndReactions(end.Room, end.Seq); break;
            case LogChange.KeepThreaded kept: _messages.KeepThreaded(kept.Room, kept.Root, kept.Seq); break;
            case LogChange.EndPublisher { End: var end }: End(end); break;
            case LogChange.Block { Record: var block }: _directory.Add(block); break;
            case LogChange.KeepMarker { Record: var marker }: Keep(marker); break;
            case LogChange.EndMarker end: _markers.Remove((end.Principal, end.Room)); break;
            case LogChange.Unblock unblock: _directory.RemoveBlock(unblock.Owner, unblock.Blocked); break;
            case LogChange.KeepAccount { Record: var account }: _principals.Keep(account); break;
            case LogChange.EndAccount end: _principals.EndAccount(end.Principal); break;
            case LogChange.KeepToken { Record: var token }: _principals.Accounts.Keep(token); break;
            case LogChange.EndToken end: _principals.Accounts.EndToken(end.Number); break;
            case LogChange.KeepInvitation { Record: var invitation }: _principals.Accounts.Keep(invitation); break;
            case LogChange.EndInvitation end: _principals.Accounts.EndInvitation(end.Number); break;
            case LogChange.Ban { Record: var ban }: _directory.Add(ban); break;
            case LogChange.Unban unban: _directory.RemoveBan(unban.Number); break;
            case LogChange.EndBans ends: _directory.RemoveBans(ends.Ends); break;
            case LogChange.Audit audit: audit.Extent = _audit.Append(audit.Record); break;
            case LogChange.TrimAudit trim: trim.Extent = _audit.Trim(trim); break;
            case LogChange.SetModeratorsRoom set: _moderatorsRoom = set.Room; break;
            case LogChange.KeepReport { Record: var report }: _reports.Add(report); break;
            case LogChange.EndReports ends: _reports.RemoveAll(report => report.Made <= ends.Through); break;
            case LogChange.RemoveRoom removal: Remove(removal); break;
            // This log checks no file, and so is given no import but by a test of the hub alone.
            case LogChange.ImportSome or LogChange.FinishImport or LogChange.UndoImport: break;
            case Erasure erasure: Erase(erasure); break;
            case Expiry expiry: Remove(expiry); break;
            default: throw new LogContractException($"no log has {change}");
        }
    }

    /// <summary>A room that is removed stays so.</summary>
    private void Change(RoomRecord room, Func<RoomRecord, RoomRecord> change)
    {
        if (!_removedRooms.Contains(room.Id))
            Keep(change(_rooms.GetValueOrDefault(room.Id, room with { Keeps = null, Settings = RoomSettings.None, Standings = [] })));
    }

    private void Keep(RoomRecord room)
    {
        if (_rooms.TryGetValue(room.Id, out var before))
            _names.Remove(before);
        _rooms[room.Id] = room;
        _names.Add(room);
    }

    private void Keep(PostKeyRecord post)
    {
        if (!_removedRooms.Contains(post.Key.Room) && this[post.Key.Room].Find(post.Seq) is null)
            throw new LogContractException($"a key is stored for entry {post.Seq} of room {post.Key.Room}, which is not there");
        _messages.Keep(post);
    }

    private void Keep(MarkerRecord marker)
    {
        if (!_removedRooms.Contains(marker.Room))
            _markers[(marker.Principal, marker.Room)] = marker;
    }

    private void End(ulong principal)
    {
        _principals.End(principal);
        foreach (var key in _markers.Keys.Where(key => key.Principal == principal).ToList())
            _markers.Remove(key);
    }

    private void End(PublisherEnd end)
    {
        foreach (var key in _publishers.Keys.Where(key => key.Principal == end.Principal && key.Id == Number(end.Id)).ToList())
            _publishers.Remove(key);
        _ends.Add((_lastRow, end));
    }

    private static ulong Ascending(string what, ulong before, ulong below) => below >= before ? below
        : throw new LogContractException($"{what} ids are set aside up to {below}, and were up to {before}");

    private void Erase(Erasure erasure)
    {
        // The entry may have expired, or its room been removed.
        if (this[erasure.Room].Find(erasure.Seq) is not { } row)
            return;
        if (row.IsDamaged)
        {
            erasure.Complaint = "damaged";
            return;
        }
        erasure.FoundIn(row.Segment);
        _segments[erasure.Room].Change(erasure.Seq, whole => whole with { Segment = whole.Segment.Erase(erasure.Seq) });
        _messages.Erase(erasure);
    }

    /// <summary>
    /// Removes a room's first segment if it has expired. Counted posts stay until the publishers' records hold them, since
    /// retries are answered from there (CP-HIS-009).
    /// </summary>
    private void Remove(Expiry expiry)
    {
        var rows = this[expiry.Room];
        if (rows.IsEmpty)
            return;
        if (MayGo(rows.Rows[0], expiry))
        {
            var last = rows.Rows[0].Segment.Last;
            rows.RemoveFirst();
            _messages.ForgetBefore(expiry.Room, last + 1);
            expiry.HasRemoved = true;
        }
        expiry.HasMore = !rows.IsEmpty && MayGo(rows.Rows[0], expiry);
        expiry.Oldest = rows.Oldest;
    }

    private bool MayGo(LogRow row, Expiry expiry) =>
        row.Segment.Last <= expiry.Through && (row.Segment.Posts.IsEmpty || row.Number <= _through);

    private void Remove(LogChange.RemoveRoom removal)
    {
        if (_rooms.Remove(removal.Room, out var room))
            _names.Remove(room);
        _removedRooms.Add(removal.Room);
        foreach (var key in _publishers.Keys.Where(key => key.Room == removal.Room).ToList())
            _publishers.Remove(key);
        _messages.ForgetBefore(removal.Room, ulong.MaxValue);
        foreach (var key in _markers.Keys.Where(key => key.Room == removal.Room).ToList())
            _markers.Remove(key);
        if (!this[removal.Room].IsEmpty)
            this[removal.Room].RemoveFirst();
        removal.HasMore = removal.MayHaveMorePublishers || !this[removal.Room].IsEmpty;
        if (removal.HasMore)
            return;
        _segments.Remove(removal.Room);
        _removedRooms.Remove(removal.Room);
    }

    private static UInt128 Number(ReadOnlyMemory<byte> id) => BinaryPrimitives.ReadUInt128BigEndian(id.Span);
}
