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

    /// <summary>The version of the wire that segments are encoded in.</summary>
    private const int Format = 1;

    private readonly SqliteConnection _connection;
    private readonly LogStatements _statements;
    private readonly DirectoryTables _directory;

    // The last segment before what has changed of publishers was begun to be stored.
    private long _publishersThrough;

    // What the database says of it: segments up to here need not be replayed at a start.
    private long _replayedFrom;

    // Where the write-ahead log is begun anew, or tried to be.
    private int _checkpointAt = MaxWalPages;
    private int _checkpointBesideAt = ManyWalPages;

    // The last segment with counted posts, as far as it is known.
    private long _lastCounted;

    private LogDatabase(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new LogStatements(connection);
        _directory = new DirectoryTables(connection, _statements);
    }

    /// <summary>16 random bytes made with the database; guests derive their keys from it.</summary>
    public byte[] ServerId => (byte[])_statements.LoadMeta("server")!;

    /// <summary>16 random bytes made with the database, that leave it never.</summary>
    public byte[] HashKey => (byte[])_statements.LoadMeta("hash_key")!;

    /// <summary>Opens the database, making or migrating it as needed.</summary>
    /// <exception cref="ServerException">It cannot be used; the message says why.</exception>
    public static LogDatabase OpenForWriting(string path)
    {
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            var version = new Version(connection.ServerVersion);
            if (version < OldestSqlite)
                throw new ServerException($"SQLite {version} is too old: {OldestSqlite} or newer is needed");
            // 16 KiB pages suit segments; the size counts only while the file is made.
            Execute(connection, $"PRAGMA page_size = {PageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384");
            LogSchema.Migrate(connection, RandomNumberGenerator.GetBytes(16));
            // A server that was killed may have left in the log what it had erased.
            TryScrub(connection);
            var database = new LogDatabase(connection);
            database.BeginNewEpochsOfCopy();
            return database;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new ServerException($"the database {path} cannot be used: {e.Message}", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

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
        var rooms = _statements.LoadRooms();
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
        Failpoint.Reach("commit.begin");
        Execute(_connection, "BEGIN IMMEDIATE");
        try
        {
            foreach (var principal in batch.Principals)
                _statements.Upsert(principal);
            foreach (var room in batch.Rooms)
                _statements.Insert(room);
            Failpoint.Reach("commit.rooms");
            batch.PrincipalEnds.ForEach(_statements.Delete);
            if (batch.ReservedRooms is { } reserved)
                _statements.Reserve("reserved_rooms", reserved);
            if (batch.ReservedPrincipals is { } principals)
                _statements.Reserve("reserved_principals", principals);
            var publishersThrough = batch.BeginsPublishers ? _statements.LastSegment() : _publishersThrough;
            foreach (var segment in batch.Segments)
            {
                _statements.Insert(segment, Format, Checksum.Of(segment.Bytes, segment.Posts.Span));
                if (!segment.Posts.IsEmpty)
                    _lastCounted = SQLitePCL.raw.sqlite3_last_insert_rowid(_connection.Handle);
                Failpoint.Reach("commit.segment");
            }
            foreach (var erasure in batch.Erasures)
                Erase(erasure);
            foreach (var room in batch.Kept)
                _statements.Keep(room);
            foreach (var expiry in batch.Expiries)
                Remove(expiry);
            Write(batch.PublisherEnds, batch.Publishers);
            Failpoint.Reach("commit.publishers");
            if (batch.EndsPublishers)
                _statements.PublishersAreStored(publishersThrough);
            foreach (var change in batch.DirectoryChanges)
                _directory.Apply(change);
            var last = batch.DirectoryChanges.Exists(change => change is DirectoryChange.RemoveRoom) ? _statements.BeginRowsAnew() : long.MaxValue;
            Failpoint.Reach("commit.ready");
            Execute(_connection, "COMMIT");
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
    /// <exception cref="ServerException">A segment is damaged.</exception>
    public LogRead BySeq(LogRead read) => read.BySeq(time => FirstSince(read, time));

    /// <summary>Committed segments of a room; see <see cref="LogRead"/>.</summary>
    /// <exception cref="ServerException">A segment is damaged.</exception>
    public List<Segment> Read(LogRead read)
    {
        var segments = new List<Segment>();
        if (read.First > read.Last)
            return segments;
        var bytes = 0;
        foreach (var row in _statements.Read(read))
        {
            segments.Add(Check(row));
            bytes += row.Bytes.Length;
            if (bytes >= read.MaxBytes || row.First <= read.First && read.FromHigh)
                break;
        }
        if (read.FromHigh)
            segments.Reverse();
        return segments;
    }

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
    }

    public static bool IsWhole(SegmentRow row) => row.Checksum == Checksum.Of(row.Bytes, row.Posts);

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

    /// <summary>False if somebody is in the way.</summary>
    private bool Checkpoint(int mode)
    {
        var result = SQLitePCL.raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", mode, out _, out _);
        if (result != SQLitePCL.raw.SQLITE_BUSY)
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        return result == SQLitePCL.raw.SQLITE_OK;
    }

    /// <summary>A damaged segment stays as it is: what is not understood cannot be taken apart.</summary>
    private void Erase(Erasure erasure)
    {
        var row = _statements.Read(new LogRead(erasure.Room, erasure.Seq, erasure.Seq, MaxBytes: 1, FromHigh: false)).FirstOrDefault();
        // It may have expired meanwhile.
        if (row.Bytes is null)
            return;
        if (!IsWhole(row))
        {
            erasure.Complaint = Damaged(row);
            return;
        }
        var whole = Check(row);
        erasure.FoundIn(whole);
        var segment = whole.Erase(erasure.Seq);
        _statements.Update(row.Id, segment, Checksum.Of(segment.Bytes, segment.Posts.Span));
    }

    /// <summary>A little with each batch. Counted posts stay until the publishers' records know them, for retries are answered from there (CP-HIS-009).</summary>
    private void Remove(Expiry expiry)
    {
        var gone = _statements.DeleteOldest(
            expiry.Room, segment => segment.Last <= expiry.Through && !(segment.IsCounted && segment.Id > _replayedFrom), out var hasMore);
        expiry.HasMore = hasMore;
        expiry.HasRemoved |= gone > 0;
    }

    private static string Damaged(SegmentRow row) => $"segment {row.Id} of room {row.Room} is damaged: its checksum does not fit";

    private static Segment Check(SegmentRow row) => IsWhole(row)
        ? new Segment(row.Room, row.First, row.Time, row.Bytes, row.Posts)
        : throw new ServerException(Damaged(row));

    private ulong FirstSince(LogRead range, ulong time)
    {
        var (low, high) = (range.Low, range.High);
        (ulong First, ulong Last, ulong Time)? found = null;
        while (low <= high)
        {
            var span = _statements.FindSpan(range.Room, low + (high - low) / 2);
            if (span.Time < time)
            {
                low = span.Last + 1;
            }
            else
            {
                found = span;
                high = span.First - 1;
            }
        }
        if (found is not { } within)
            return range.High + 1;
        var segment = Read(new LogRead(range.Room, within.First, within.First, MaxBytes: 1, FromHigh: false))[0];
        return Math.Clamp(segment.FirstSince(time), range.Low, range.High + 1);
    }

    /// <summary>What was posted since the publishers' records were stored; a damaged row costs what it says, and no other.</summary>
    private IEnumerable<(long Row, Segment Segment)> ReadTail(long behind)
    {
        foreach (var row in _statements.ReadTail(behind))
        {
            Failpoint.Reach("start.replay");
            _lastCounted = row.Id;
            if (IsWhole(row))
                yield return (row.Id, Check(row));
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

    /// <summary>
    /// What was said in the original since the copy was made is not here, and its seqs will be given again (CP-ADM-011). The
    /// ids that it gave are not: a text that somebody still has to say in one of its rooms must not end up in another's. How many it gave nobody
    /// knows, and the same copy may be used twice: hence at random.
    /// </summary>
    private void BeginNewEpochsOfCopy()
    {
        WasCopy = _statements.LoadMeta("copy") is not null;
        if (!WasCopy)
            return;
        Failpoint.Reach("restore.begin");
        Execute(_connection,
            """
            BEGIN IMMEDIATE;
            UPDATE room SET
                epoch = random() & 9007199254740991,
                epoch_first = 1 + coalesce((SELECT first + count - 1 FROM segment WHERE segment.room = room.id ORDER BY first DESC LIMIT 1), 0);
            UPDATE meta SET value = value + (random() & 1099511627775) WHERE key IN ('reserved_rooms', 'reserved_principals');
            DELETE FROM meta WHERE key = 'copy';
            COMMIT
            """);
        Failpoint.Reach("restore.done");
    }

    private void Write(List<PublisherEnd> ends, List<PublisherRecord> publishers)
    {
        foreach (var end in ends)
            _statements.End(end);
        foreach (var publisher in publishers)
            _statements.Upsert(publisher);
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
