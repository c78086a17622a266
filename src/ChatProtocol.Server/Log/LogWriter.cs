using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// Stores batches, each in one synced transaction, and keeps the publisher watermark: the segment behind which a start has to
/// replay posts. Belongs to one thread at a time.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    /// <summary>The rows of each small table that a start checks: some ten milliseconds.</summary>
    private const int CheckedAtStart = 5000;

    /// <summary>A minute, in milliseconds.</summary>
    private const long SeenInterval = 60_000;

    private const ulong Lobby = 1;

    private readonly DatabaseConnection _connection;
    private readonly DatabaseTables _tables;
    private readonly ChangeWriter _changes;
    private readonly LastSegmentMark _mark;
    private readonly WalCheckpoints _checkpoints;

    // The last segment from before the publishers' records began to be stored.
    private long _publishersThrough;

    // The watermark in the database: segments up to here need not be replayed at a start.
    private long _replayedFrom;

    // The last segment known to have counted posts.
    private long _lastCounted;

    // The latest presence of a principal that the database notes.
    private long _newest;

    /// <param name="connection">The database.</param>
    /// <param name="mark">The mark of its last segment.</param>
    /// <param name="hasSearch">Whether there is an index of searches, which hears of what is erased.</param>
    public LogWriter(DatabaseConnection connection, LastSegmentMark mark, bool hasSearch = false)
    {
        _connection = connection;
        _mark = mark;
        _tables = new DatabaseTables(connection);
        _tables.Unindexed.IsWanted = hasSearch;
        _changes = new ChangeWriter(_tables, new ImportTable(connection, _tables));
        _checkpoints = new WalCheckpoints(connection);
    }

    public byte[] ServerId => _tables.Meta.ServerId;

    public byte[] HashKey => _tables.Meta.HashKey;

    /// <summary>Whether the start checks every row of the small tables, as it met damage before.</summary>
    public bool ChecksAll { get; set; }

    /// <summary>The contents that a start finds. The segments to replay are read only while they are enumerated.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public StartupContents Load() => Load(isWhole: !_tables.Meta.IsIndexed);

    /// <summary>The same as <see cref="Load()"/>, with everything that could be looked up instead.</summary>
    public StartupContents Load(bool isWhole)
    {
        _publishersThrough = _replayedFrom = _tables.Meta.PublishersThrough;
        _newest = _tables.Meta.NewestSeen;
        Check(ChecksAll || isWhole ? int.MaxValue : CheckedAtStart);
        var found = isWhole ? LoadAll() : new DirectoryReader(_connection, _tables).FindForStart([Lobby, _tables.Meta.ModeratorsRoom]);
        return new StartupContents(found.Rooms, found.Principals, _tables.Principals.Next, _tables.Meta.ReservedRooms)
        {
            IsWhole = isWhole,
            RoomCount = isWhole ? (ulong)found.Rooms.Count : _tables.Index.CountRooms(),
            NewestTime = found.Principals.Select(principal => principal.LastSeen).Concat([_newest, _tables.Rows.NewestTime, _tables.Audit.NewestTime]).Max(),
            ReservedPrincipals = _tables.Meta.ReservedPrincipals,
            PublishersOf = _tables.Publishers.LoadOf,
            Accounts = found.Accounts,
            Tokens = found.Tokens,
            Owners = _tables.Accounts.CountOwners(),
            Invitations = _tables.Invitations.Load(),
            NextToken = _tables.Tokens.Next,
            NextInvitation = _tables.Invitations.Next,
            Blocks = found.Blocks,
            Markers = found.Markers,
            Bans = _tables.Bans.Load(),
            Audit = _tables.Audit.Extent,
            ModeratorsRoom = _tables.Meta.ModeratorsRoom,
            Reports = _tables.Reports.Load(),
            RemovedRooms = _tables.RemovedRooms.Load(),
            Replay = PublisherReplay.Of(ReadForReplay(), _tables.Publishers.LoadEnds()),
        };
    }

    /// <summary>Stores the whole batch in one synced transaction.</summary>
    public void Write(LogBatch batch)
    {
        // Prepared before the transaction, which SQLite does not always commit once it has met damage.
        var rewrites = SegmentRewrites.Of(batch, _tables, _replayedFrom);
        try
        {
            Write(batch, rewrites);
        }
        catch (SqliteException e) when (DatabaseConnection.IsDamage(e) && !rewrites.IsEmpty)
        {
            // A damaged page is in the way of the rewrites, and of nothing else in the batch.
            rewrites.GiveUp();
            Write(batch, rewrites);
        }
    }

    /// <summary>Bytes of the write-ahead log that are still to be brought into the database. Any thread.</summary>
    public long PendingBytes => _checkpoints.PendingBytes;

    /// <summary>Begins the write-ahead log anew once it is long. True if a checkpoint beside the commits is of use meanwhile.</summary>
    public bool CheckpointIfLarge() => _checkpoints.MakeIfLarge(AdvancePublisherWatermark);

    public void Dispose()
    {
        _connection.Dispose();
        _mark.Dispose();
    }

    private void Write(LogBatch batch, SegmentRewrites rewrites)
    {
        Failpoint.Reach("commit.begin");
        _connection.Transact(() =>
        {
            foreach (var room in batch.Rooms)
                _tables.Rooms.Insert(room);
            Failpoint.Reach("commit.rooms");
            var publishersThrough = batch.BeginsPublishers ? _tables.Rows.Last : _publishersThrough;
            foreach (var segment in batch.Segments)
            {
                var row = _tables.Segments.Insert(segment);
                if (!segment.Posts.IsEmpty)
                    _lastCounted = row;
                Failpoint.Reach("commit.segment");
            }
            rewrites.Apply(_tables);
            batch.Changes.ForEach(_changes.Apply);
            NoteSeen(batch);
            Failpoint.Reach("commit.publishers");
            if (batch.EndsPublishers)
                _tables.Publishers.AreStored(publishersThrough);
            var last = batch.Changes.Exists(change => change is LogChange.RemoveRoom or LogChange.UndoImport) ? BeginRowsAnew() : long.MaxValue;
            Failpoint.Reach("commit.ready");
            Commit();
            Failpoint.Reach("commit.done");
            _publishersThrough = Math.Min(publishersThrough, last);
            _replayedFrom = Math.Min(batch.EndsPublishers ? publishersThrough : _replayedFrom, last);
        });
    }

    /// <summary>Commits, and moves the mark, which is never ahead of the commit.</summary>
    private void Commit()
    {
        var last = _tables.Rows.Last;
        if (last < _mark.Segment)
            _mark.Write(last);
        _connection.Execute("COMMIT");
        if (last > _mark.Segment)
            _mark.Write(last);
    }

    private long BeginRowsAnew()
    {
        var last = _tables.Rows.Last;
        _tables.Publishers.BeginRowsAnew(last);
        return last;
    }

    /// <summary>The segments behind the publishers' records; a damaged row costs its own posts, and no others.</summary>
    private IEnumerable<(long Row, Segment Segment)> ReadForReplay()
    {
        foreach (var row in _tables.Rows.ReadForReplay(_publishersThrough))
        {
            Failpoint.Reach("start.replay");
            _lastCounted = row.Id;
            if (row.Whole() is { } segment)
                yield return (row.Id, segment);
        }
    }

    /// <summary>
    /// Moves the watermark past segments without counted posts: where no client has its posts counted, no publisher is ever stored, and a
    /// start would search the whole log for some.
    /// </summary>
    private void AdvancePublisherWatermark()
    {
        if (_lastCounted > _replayedFrom)
            return;
        _replayedFrom = _tables.Rows.Last;
        _tables.Publishers.AreStored(_replayedFrom);
    }

    /// <summary>Checks the records that a start does not read, as many as it can in a moment.</summary>
    private void Check(int most)
    {
        _tables.Rooms.Load(most);
        _tables.Principals.Load(most: most);
        _tables.Publishers.Check(most);
        _tables.Blocks.Load(most);
        _tables.Accounts.Check(most);
        _tables.Tokens.Load(most);
        _tables.Messages.Check(most);
        _tables.Markers.Load(most);
    }

    private DirectoryResult LoadAll()
    {
        var rooms = _tables.Rooms.Load().ConvertAll(WithEnd);
        var created = rooms.Where(room => room.Kind != RoomKind.Private).GroupBy(room => room.Creator).ToDictionary(created => created.Key, created => created.Count());
        var accounts = _tables.Accounts.Load();
        var ofAccounts = accounts.Select(account => account.Principal).ToHashSet();
        var principals = _tables.Principals.Load().ConvertAll(principal => principal with
        {
            CreatedRooms = created.GetValueOrDefault(principal.Id),
            IsReferredTo = ofAccounts.Contains(principal.Id),
        });
        var names = principals.ToDictionary(principal => principal.Id, principal => principal.Name);
        var blocks = _tables.Blocks.Load().ConvertAll(block => block with { Name = names.GetValueOrDefault(block.Blocked, block.Name) });
        return new DirectoryResult { Rooms = rooms, Principals = principals, Accounts = accounts, Tokens = _tables.Tokens.Load(), Blocks = blocks, Markers = _tables.Markers.Load() };
    }

    /// <summary>A start has to know about when somebody was present last, without reading every principal.</summary>
    private void NoteSeen(LogBatch batch)
    {
        var seen = batch.Changes.OfType<LogChange.KeepPrincipal>().Select(change => change.Record.LastSeen).DefaultIfEmpty().Max();
        if (seen >= _newest + SeenInterval)
            _tables.Meta.NewestSeen = _newest = seen;
    }

    private RoomRecord WithEnd(RoomRecord room)
    {
        var (head, unsaid, time) = _tables.Rows.EndOf(room.Id);
        return _tables.Rooms.WithStandings(room) with { Head = head, Unsaid = unsaid, Time = time };
    }
}
