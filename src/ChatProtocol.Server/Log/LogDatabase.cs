using System.Security.Cryptography;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>One connection to the log's database. Belongs to one thread at a time.</summary>
internal sealed class LogDatabase : IDisposable
{
    /// <summary>SQLite before this can corrupt a WAL database that two connections write or checkpoint.</summary>
    private static readonly Version OldestSqlite = new(3, 51, 3);

    private const int PageSize = 16 * 1024;

    /// <summary>Pages of the write-ahead log at which it is begun anew: 16 MiB.</summary>
    private const int MaxWalPages = 16 * 1024 * 1024 / PageSize;

    /// <summary>After so many pages each a checkpoint beside the commits leaves less to do then. After every commit would double the syncing.</summary>
    private const int ManyWalPages = MaxWalPages / 4;

    /// <summary>SQLITE_CHECKPOINT_NOOP: only tells how long the write-ahead log is.</summary>
    private const int OnlyMeasure = -1;

    /// <summary>How long a commit waits for those who read, in milliseconds: longer than any read, and shorter than a backup.</summary>
    private const int PatienceWithReaders = 20;

    private const int BusyTimeout = 5000;

    private const string WayOut = "Put the missing file back, or restore a backup (chatctl backup --help)";

    /// <summary>The version of the wire that segments are encoded in.</summary>
    private const int Format = 1;

    private readonly SqliteConnection _connection;
    private readonly LogStatements _statements;
    private readonly DirectoryTables _directory;
    private readonly LogChanges _changes;
    private readonly LogMark? _mark;

    // The last segment before what has changed of publishers was begun to be stored.
    private long _publishersThrough;

    // What the database says of it: segments up to here need not be replayed at a start.
    private long _replayedFrom;

    // Where the write-ahead log is begun anew, or tried to be.
    private int _checkpointAt = MaxWalPages;
    private int _checkpointBesideAt = ManyWalPages;

    // The last segment with counted posts, as far as it is known.
    private long _lastCounted;

    private LogDatabase(SqliteConnection connection, LogMark? mark = null)
    {
        _connection = connection;
        _mark = mark;
        _statements = new LogStatements(connection);
        _directory = new DirectoryTables(connection, _statements);
        _changes = new LogChanges(_statements, _directory);
    }

    /// <summary>16 random bytes made with the database; guests derive their keys from it.</summary>
    public byte[] ServerId => (byte[])_statements.LoadMeta("server")!;

    /// <summary>16 random bytes made with the database, that leave it never.</summary>
    public byte[] HashKey => (byte[])_statements.LoadMeta("hash_key")!;

    /// <summary>Opens the database, making or migrating it as needed.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="acceptsLoss">Whether to go on where something that was stored is missing: then every room has a new epoch.</param>
    /// <exception cref="ServerException">It cannot be used; the message says why.</exception>
    public static LogDatabase OpenForWriting(string path, bool acceptsLoss = false)
    {
        var mark = LogMark.Read(path);
        if (!acceptsLoss)
            RefuseIfGone(path, mark);
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            var version = new Version(connection.ServerVersion);
            if (version < OldestSqlite)
                throw new ServerException($"SQLite {version} is too old: {OldestSqlite} or newer is needed");
            LogSchema.RefuseForeign(connection, path);
            // 16 KiB pages suit segments; the size counts only while the file is made.
            Execute(connection, $"PRAGMA page_size = {PageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384");
            LogSchema.Migrate(connection, RandomNumberGenerator.GetBytes(16));
            // A server that was killed may have left in the log what it had erased.
            if (TryScrub(connection))
                RefuseIfShort(connection, path);
            var database = new LogDatabase(connection, mark);
            database.BeginWhereItEnds(path, acceptsLoss);
            return database;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new ServerException(
                IsDamage(e) ? $"the database {path} is damaged or cut short, and cannot be used: {e.Message}. {WayOut}" : $"the database {path} cannot be used: {e.Message}", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether something that was stored was missing when it was opened: its rooms have new epochs then.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Whether it was a copy when it was opened: its rooms have new epochs then.</summary>
    public bool WasCopy { get; private set; }

    /// <summary>Opens a second connection, for reading only.</summary>
    public static LogDatabase OpenForReading(string path)
    {
        var connection = Connect(path, SqliteOpenMode.ReadOnly);
        Execute(connection, "PRAGMA cache_size = -8192");
        return new LogDatabase(connection);
    }

    public LogContents Load()
    {
        var rooms = _statements.LoadRooms().ConvertAll(WithEnd);
        var principals = _statements.LoadPrincipals(out var next);
        _publishersThrough = _replayedFrom = (long)(_statements.LoadMeta("publishers") ?? 0L);
        return new LogContents(rooms, principals, next, (ulong)(long)(_statements.LoadMeta("reserved_rooms") ?? 0L))
        {
            ReservedPrincipals = (ulong)(long)(_statements.LoadMeta("reserved_principals") ?? 0L),
            Publishers = _statements.LoadPublishers(),
            Blocks = _directory.LoadBlocks(),
            Bans = _directory.LoadBans(),
            RemovedRooms = _directory.LoadRemovedRooms(),
            Ends = _statements.LoadPublisherEnds(),
            Tail = ReadTail(_publishersThrough),
        };
    }

    /// <summary>Stores the whole batch in one synced transaction.</summary>
    public void Write(LogBatch batch)
    {
        // Read before the transaction, which SQLite does not always commit once something damaged was met in it.
        var rewrites = LogRewrites.Of(batch, _statements, _replayedFrom);
        try
        {
            Write(batch, rewrites);
        }
        catch (SqliteException e) when (IsDamage(e) && !rewrites.IsEmpty)
        {
            // A damaged page is in the way of what is to be rewritten, and of nothing else in the batch.
            rewrites.GiveUp();
            Write(batch, rewrites);
        }
    }

    private void Write(LogBatch batch, LogRewrites rewrites)
    {
        Failpoint.Reach("commit.begin");
        Execute(_connection, "BEGIN IMMEDIATE");
        try
        {
            foreach (var room in batch.Rooms)
                _statements.Insert(room);
            Failpoint.Reach("commit.rooms");
            var publishersThrough = batch.BeginsPublishers ? _statements.LastSegment() : _publishersThrough;
            foreach (var segment in batch.Segments)
            {
                _statements.Insert(segment, Format, Checksum.Of(segment.Bytes, segment.Posts.Span));
                if (!segment.Posts.IsEmpty)
                    _lastCounted = SQLitePCL.raw.sqlite3_last_insert_rowid(_connection.Handle);
                Failpoint.Reach("commit.segment");
            }
            rewrites.Apply(_statements);
            batch.Changes.ForEach(_changes.Apply);
            Failpoint.Reach("commit.publishers");
            if (batch.EndsPublishers)
                _statements.PublishersAreStored(publishersThrough);
            var last = batch.Changes.Exists(change => change is LogChange.RemoveRoom) ? _statements.BeginRowsAnew() : long.MaxValue;
            Failpoint.Reach("commit.ready");
            Commit();
            Failpoint.Reach("commit.done");
            _publishersThrough = Math.Min(publishersThrough, last);
            _replayedFrom = Math.Min(batch.EndsPublishers ? publishersThrough : _replayedFrom, last);
        }
        catch (SqliteException) when (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            Execute(_connection, "ROLLBACK");
            throw;
        }
    }

    /// <summary>The same read with seqs instead of times, found by halving: a few steps in the index, however long the room.</summary>
    public LogRead BySeq(LogRead read) => read.BySeq(time => Find(read, time));

    /// <summary>Committed entries of a room, what is damaged among them told as such; see <see cref="LogRead"/>.</summary>
    public List<LogRun> Read(LogRead read)
    {
        if (read.First > read.Last)
            return [];
        try
        {
            return Gather(read, _statements.Read(read));
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            // One row is enough to end a statement: its neighbours are read one by one.
            return Gather(read, _statements.ReadSingly(read));
        }
    }

    /// <summary>Whether an entry that was not found is not kept any more, and not damaged.</summary>
    public bool HasExpired(ulong room, ulong seq) => seq < _statements.OldestOf(room);

    /// <summary>
    /// Begins the write-ahead log anew once it is long. It keeps its file, for syncing a file that grows takes half as long
    /// again. True if a <see cref="CheckpointBeside"/> is of use meanwhile.
    /// </summary>
    public bool CheckpointIfLarge()
    {
        SQLitePCL.raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", OnlyMeasure, out var pages, out _);
        if (pages < _checkpointBesideAt)
            return false;
        _checkpointBesideAt = pages + ManyWalPages;
        if (pages < _checkpointAt)
            return true;
        Failpoint.Reach("checkpoint.begin");
        PassUncounted();
        SQLitePCL.raw.sqlite3_busy_timeout(_connection.Handle, PatienceWithReaders);
        var isBegunAnew = Checkpoint(SQLitePCL.raw.SQLITE_CHECKPOINT_RESTART);
        SQLitePCL.raw.sqlite3_busy_timeout(_connection.Handle, BusyTimeout);
        Failpoint.Reach("checkpoint.done");
        // Somebody reads for long, as a backup does: not every commit is to wait for him.
        _checkpointAt = isBegunAnew ? MaxWalPages : pages + ManyWalPages;
        _checkpointBesideAt = isBegunAnew ? ManyWalPages : _checkpointAt;
        return false;
    }

    /// <summary>Brings what it can from the write-ahead log into the database, and holds up neither commits nor reads. From a connection of its own.</summary>
    public void CheckpointBeside() => Checkpoint(SQLitePCL.raw.SQLITE_CHECKPOINT_PASSIVE);

    /// <summary>Opens a connection that only makes checkpoints.</summary>
    public static LogDatabase OpenForCheckpoints(string path) => new(Connect(path, SqliteOpenMode.ReadWrite));

    public void Dispose()
    {
        _directory.Dispose();
        _statements.Dispose();
        _connection.Dispose();
        _mark?.Dispose();
    }

    /// <summary>The entries of a row; null if they are not what was stored there.</summary>
    public static Segment? WholeOf(SegmentRow row) =>
        EntriesOf(row) is { } segment && segment.Room == row.Room && segment.First == row.First ? segment : null;

    /// <summary>The entries that a row's bytes hold, wherever they belong; null if the bytes are damaged.</summary>
    public static Segment? EntriesOf(SegmentRow row) =>
        row.Checksum == Checksum.Of(row.Bytes, row.Posts) ? Segment.TryRead(row.Bytes, row.Posts) : null;

    /// <summary>Whether the file is to blame, not the moment: the same read will fail again, and others will not.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode == SQLitePCL.raw.SQLITE_CORRUPT;

    /// <summary>Marks a database that is nobody's yet as a copy of another.</summary>
    public static void MarkAsCopy(string path)
    {
        using var connection = Connect(path, SqliteOpenMode.ReadWrite);
        Execute(connection, "INSERT INTO meta(key, value) VALUES ('copy', 1)");
    }

    /// <summary>Brings everything from the write-ahead log into the database and empties it: secure_delete leaves nothing there of what is gone. False if somebody reads.</summary>
    public static bool TryScrub(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        return (long)command.ExecuteScalar()! == 0;
    }

    /// <summary>Commits, with the mark never ahead of what is stored.</summary>
    private void Commit()
    {
        var last = _statements.LastSegment();
        if (last < _mark?.Segment)
            _mark.Write(last);
        Execute(_connection, "COMMIT");
        if (last > _mark?.Segment)
            _mark.Write(last);
    }

    /// <summary>False if somebody is in the way.</summary>
    private bool Checkpoint(int mode)
    {
        var result = SQLitePCL.raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", mode, out _, out _);
        if (result != SQLitePCL.raw.SQLITE_BUSY)
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        return result == SQLitePCL.raw.SQLITE_OK;
    }

    private static List<LogRun> Gather(LogRead read, IEnumerable<SegmentRow> rows) => read.FromHigh ? GatherDown(read, rows) : GatherUp(read, rows);

    private static List<LogRun> GatherUp(LogRead read, IEnumerable<SegmentRow> rows)
    {
        var whole = new List<Segment>();
        var last = read.Last;
        var bytes = 0;
        foreach (var row in rows)
        {
            // The end of a damaged row is known by the beginning of the next.
            if (bytes >= read.MaxBytes)
            {
                last = row.First - 1;
                break;
            }
            bytes += row.Bytes.Length;
            if (WholeOf(row) is not { } segment || segment.Room != read.Room)
                continue;
            whole.Add(segment);
            if (bytes >= read.MaxBytes)
            {
                last = Math.Min(last, segment.Last);
                break;
            }
        }
        return LogRun.Cover(read.First, last, whole);
    }

    private static List<LogRun> GatherDown(LogRead read, IEnumerable<SegmentRow> rows)
    {
        var whole = new List<Segment>();
        var first = read.First;
        var bytes = 0;
        foreach (var row in rows)
        {
            bytes += row.Bytes.Length;
            if (WholeOf(row) is { } segment && segment.Room == read.Room)
                whole.Add(segment);
            if (row.First <= read.First || bytes >= read.MaxBytes)
            {
                first = Math.Max(first, row.First);
                break;
            }
        }
        whole.Reverse();
        return LogRun.Cover(first, read.Last, whole);
    }

    /// <summary>Where a time begins, by halving; see <see cref="LogRead.BySeq"/>. Only whole entries' times count.</summary>
    private (ulong BehindBefore, ulong First) Find(LogRead range, ulong time)
    {
        var (low, high) = (range.Low, range.High);
        var first = range.High + 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            if (WholeFrom(range.Room, middle, high) is not { } segment)
            {
                high = middle - 1;
            }
            else if (segment.Time < time)
            {
                low = segment.Last + 1;
            }
            else
            {
                first = Math.Clamp(segment.FirstSince(time), low, first);
                if (first > segment.First)
                    return (first, first);
                high = Math.Min(segment.First, middle) - 1;
            }
        }
        return (Math.Min(low, first), first);
    }

    /// <summary>The first whole segment that ends at an entry or behind it, and begins at another or before it; null if none does.</summary>
    private Segment? WholeFrom(ulong room, ulong seq, ulong through)
    {
        foreach (var run in Read(new LogRead(room, seq, through, MaxBytes: 1, FromHigh: false)))
            if (run.Segment is { } segment)
                return segment;
        return null;
    }

    /// <summary>
    /// Where a room ends: behind its last whole segment, and behind as many entries as damaged ones after it may have held,
    /// since no seq may be given again. Its time is that of the last entry that can be read.
    /// </summary>
    private (ulong Head, ulong Time) EndOf(ulong room)
    {
        var head = 0ul;
        foreach (var row in _statements.ReadNewest(room))
        {
            if (EntriesOf(row) is not { } segment)
                head = Math.Max(head, row.Bound);
            else if (segment.Room == room)
            {
                head = Math.Max(head, segment.Last);
                if (segment.First == row.First)
                    return (head, segment.Time);
            }
        }
        return (head, 0);
    }

    private RoomRecord WithEnd(RoomRecord room)
    {
        var (head, time) = EndOf(room.Id);
        return room with { Head = head, Time = time };
    }

    /// <summary>What was posted since the publishers' records were stored; a damaged row costs what it says, and no other.</summary>
    private IEnumerable<(long Row, Segment Segment)> ReadTail(long behind)
    {
        foreach (var row in _statements.ReadTail(behind))
        {
            Failpoint.Reach("start.replay");
            _lastCounted = row.Id;
            if (WholeOf(row) is { } segment)
                yield return (row.Id, segment);
        }
    }

    /// <summary>Where nobody counts posts no publisher is ever stored, and a start would look through the whole log for some.</summary>
    private void PassUncounted()
    {
        if (_lastCounted > _replayedFrom)
            return;
        _replayedFrom = _statements.LastSegment();
        _statements.PublishersAreStored(_replayedFrom);
    }

    /// <summary>A mark without its database: nobody is to begin anew by accident, and SQLite would remove a write-ahead log that has lost its file.</summary>
    private static void RefuseIfGone(string path, LogMark mark)
    {
        var isThere = File.Exists(path);
        if (isThere && new FileInfo(path).Length > 0)
            return;
        var walName = path + "-wal";
        if (mark.IsThere || File.Exists(walName) && new FileInfo(walName).Length > 0)
            throw new ServerException(
                $"the database {path} is {(isThere ? "empty" : "missing")}, and what lies beside it says that there was one. {WayOut}; to begin anew with nothing, remove the files {path}*");
    }

    /// <summary>With nothing in the write-ahead log the file has every page that it says it has.</summary>
    private static void RefuseIfShort(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        var (length, whole) = (new FileInfo(path).Length, (long)command.ExecuteScalar()!);
        if (length < whole)
            throw new ServerException($"the database {path} is damaged or cut short: it has {length} bytes of {whole}. {WayOut}");
    }

    /// <summary>
    /// A copy, and what has lost something, go on in new epochs; where something is missing unasked, nobody goes on. What the
    /// mark says goes first, so that a start that is cut off here is not refused the next time.
    /// </summary>
    private void BeginWhereItEnds(string path, bool acceptsLoss)
    {
        WasCopy = _statements.LoadMeta("copy") is not null;
        var last = _statements.LastSegment();
        HasLost = !WasCopy && _mark!.IsThere && (!_mark.IsOf(ServerId) || last < _mark.Segment);
        if (HasLost && !acceptsLoss)
            throw new ServerException(_mark!.IsOf(ServerId)
                ? $"the database {path} ends with segment {last}, and segment {_mark.Segment} was stored: what was said last is missing, as when {path}-wal was removed or cut short, or an older copy of the file was put back. {WayOut}; or start once with --accept-loss, which goes on from here, with a new epoch for every room"
                : $"the database {path} is not the one that was here before, which {LogMark.PathFor(path)} names, and no backup of it. {WayOut}; or start once with --accept-loss, which goes on with this one, with a new epoch for every room");
        if (WasCopy)
            _mark!.Remove();
        if (WasCopy || HasLost)
            BeginNewEpochs();
        _mark!.Begin(ServerId, last);
    }

    /// <summary>
    /// What was said in the original since the copy was made is not here, and its seqs will be given again (CP-ADM-011). The
    /// ids that it gave are not: a text that somebody still has to say in one of its rooms must not end up in another's. How many it gave nobody
    /// knows, and the same copy may be used twice: hence at random.
    /// </summary>
    private void BeginNewEpochs()
    {
        Failpoint.Reach("restore.begin");
        Execute(_connection, "BEGIN IMMEDIATE");
        foreach (var room in _statements.LoadRooms())
            _statements.BeginEpoch(room.Id, EndOf(room.Id).Head + 1);
        Execute(_connection,
            """
            UPDATE meta SET value = value + (random() & 1099511627775) WHERE key IN ('reserved_rooms', 'reserved_principals');
            DELETE FROM meta WHERE key = 'copy';
            COMMIT
            """);
        Failpoint.Reach("restore.done");
    }

    internal static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {BusyTimeout}");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new ServerException($"the database {path} cannot be opened: {e.Message}", e);
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
