using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatProtocol.Server;

/// <summary>
/// Opens the database for its writer: makes or migrates it, refuses one that cannot be used, and begins new epochs in a copy,
/// or in a database that has lost something.
/// </summary>
internal sealed class DatabaseOpener
{
    /// <summary>SQLite before this can corrupt a WAL database that two connections write or checkpoint.</summary>
    private static readonly Version OldestSqlite = new(3, 51, 3);

    private const string Backup = "restore a backup (chatctl backup --help)";

    private const string WayOut = $"Put the missing file back, or {Backup}";

    private readonly string _path;
    private readonly DatabaseConnection _connection;
    private readonly LastSegmentMark _mark;
    private readonly bool _hasSearch;

    private DatabaseOpener(string path, DatabaseConnection connection, LastSegmentMark mark, bool hasSearch)
    {
        _hasSearch = hasSearch;
        _path = path;
        _connection = connection;
        _mark = mark;
        Writer = new LogWriter(connection, mark, hasSearch);
    }

    /// <summary>The writer of the database; the caller disposes it.</summary>
    public LogWriter Writer { get; }

    /// <summary>Whether some stored data is missing: the rooms have new epochs.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Whether the database was a copy: its rooms have new epochs.</summary>
    public bool WasCopy { get; private set; }

    /// <summary>The fault in the database's structure, and the outcome of its mending; null if none was found.</summary>
    public (string Finding, RepairResult Mended)? Damage { get; private init; }

    /// <param name="path">The database's file.</param>
    /// <param name="acceptsLoss">Whether to go on where some stored data is missing: then every room has a new epoch.</param>
    /// <param name="hasSearch">Whether there is an index of searches, which hears of what is erased.</param>
    /// <exception cref="ServerException">The database cannot be used; the message says why.</exception>
    public static DatabaseOpener Open(string path, bool acceptsLoss = false, bool hasSearch = false)
    {
        var mark = LastSegmentMark.Read(path);
        if (!acceptsLoss)
            RefuseIfGone(path, mark);
        DatabaseConnection? connection = null;
        try
        {
            connection = Connect(path);
            var damage = MendIfDamaged(path, ref connection, acceptsLoss, out var isSuspect);
            var opening = new DatabaseOpener(path, connection, mark, hasSearch) { Damage = damage };
            opening.Writer.ChecksAll = isSuspect;
            opening.BeginWhereItEnds(acceptsLoss);
            return opening;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            if (e is SqliteException or DamagedRowException)
                throw Explain(path, e);
            throw;
        }
    }

    /// <summary>The message for the operator: the fault of the database, and the way out.</summary>
    /// <param name="path">The database's file.</param>
    /// <param name="e">A <see cref="SqliteException"/> or a <see cref="DamagedRowException"/>.</param>
    public static ServerException Explain(string path, Exception e) => new(e switch
    {
        DamagedRowException row => $"the database {path} is damaged: {e.Message} is not as it was stored. Restore a backup (chatctl backup --help); or start once with --accept-loss, which {row.Accepted}, with a new epoch for every room",
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR } => $"the database {path} is damaged or cut short, and cannot be used: {FailureReason.Of(e)}. {WayOut}",
        SqliteException { SqliteErrorCode: raw.SQLITE_READONLY } => $"the database {path} cannot be used: {FailureReason.Of(e)}. If chatd's user may write to it, it is damaged: {Backup}",
        SqliteException full when FailureReason.IsDiskFull(full) => $"the database {path} cannot be used: {FailureReason.Of(e)}. Make room on it, and start again",
        _ => $"the database {path} cannot be used: {FailureReason.Of(e)}",
    }, e);

    private static DatabaseConnection Connect(string path)
    {
        var connection = DatabaseConnection.Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            RefuseOldSqlite(connection);
            DatabaseSchema.RefuseForeign(connection, path);
            connection.Execute($"PRAGMA page_size = {DatabaseSchema.PageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384");
            DatabaseSchema.Migrate(connection, RandomNumberGenerator.GetBytes(16));
            if (!DatabaseSchema.IsWhole(connection))
                throw new SqliteException("a table or an index is not as it was made", raw.SQLITE_CORRUPT);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Checks as much as a start can in a moment, and everything where damage was met before.</summary>
    private static (string, RepairResult)? MendIfDamaged(string path, ref DatabaseConnection connection, bool acceptsLoss, out bool isSuspect)
    {
        // The write-ahead log of a server that was killed may still hold texts that it had erased.
        var isInFile = new WalCheckpoints(connection).TryEmpty();
        if (isInFile)
            RefuseIfShort(connection, path);
        isSuspect = DamageMark.IsRaised(path);
        if (IntegrityCheck.Find(connection, isThorough: isSuspect) is not { } finding)
        {
            if (isSuspect)
                DamageMark.Clear(path);
            return null;
        }
        if (!isInFile)
            throw new ServerException($"the database {path} is damaged ({finding}), and another program reads it: end that, and start again to have it mended");
        connection.Dispose();
        var mended = DatabaseRepair.Mend(path, acceptsLoss);
        connection = Connect(path);
        DamageMark.Clear(path);
        return (finding, mended);
    }

    private static void RefuseOldSqlite(DatabaseConnection connection)
    {
        if (connection.Version < OldestSqlite)
            throw new ServerException($"SQLite {connection.Version} is too old: {OldestSqlite} or newer is needed");
    }

    /// <summary>
    /// Refuses a mark without its database: an operator should not begin anew by accident, and SQLite would remove a write-ahead log that
    /// has lost its file.
    /// </summary>
    private static void RefuseIfGone(string path, LastSegmentMark mark)
    {
        var isThere = File.Exists(path);
        if (isThere && new FileInfo(path).Length > 0)
            return;
        var walName = path + "-wal";
        if (mark.IsThere || File.Exists(walName) && new FileInfo(walName).Length > 0)
            throw new ServerException(
                $"the database {path} is {(isThere ? "empty" : "missing")}, and what lies beside it says that there was one. {WayOut}; to begin anew with nothing, remove the files {path}*");
    }

    /// <summary>Refuses a file that is too short. With an empty write-ahead log the file has every page that its header counts.</summary>
    private static void RefuseIfShort(DatabaseConnection connection, string path)
    {
        var whole = (long)connection.Ask("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")!;
        var length = new FileInfo(path).Length;
        if (length < whole)
            throw new ServerException($"the database {path} is damaged or cut short: it has {length} bytes of {whole}. {WayOut}");
    }

    /// <summary>
    /// Begins new epochs in a copy, and in a database with an accepted loss; a loss that was not accepted is refused. A copy's mark
    /// is removed first, so that a start that is cut off here is not refused the next time.
    /// </summary>
    private void BeginWhereItEnds(bool acceptsLoss)
    {
        var tables = new DatabaseTables(_connection);
        tables.Meta.Seal();
        var hasLostRecords = Damage?.Mended.HasLost == true | (acceptsLoss && tables.RemoveDamaged());
        WasCopy = tables.Meta.IsCopy;
        var last = tables.Rows.Last;
        var isLess = !WasCopy && _mark.IsThere && (!_mark.IsOf(tables.Meta.ServerId) || last < _mark.Segment);
        HasLost = isLess || hasLostRecords;
        if (isLess && !acceptsLoss)
            throw new ServerException(_mark.IsOf(tables.Meta.ServerId)
                ? $"the database {_path} ends with segment {last}, and segment {_mark.Segment} was stored: what was said last is missing, as when {_path}-wal was removed or cut short, or an older copy of the file was put back. {WayOut}; or start once with --accept-loss, which goes on from here, with a new epoch for every room"
                : $"the database {_path} is not the one that was here before, which {LastSegmentMark.PathFor(_path)} names, and no backup of it. {WayOut}; or start once with --accept-loss, which goes on with this one, with a new epoch for every room");
        if (WasCopy)
            _mark.Remove();
        UndoImport(tables);
        if (WasCopy || HasLost)
            BeginNewEpochs(tables);
        BeginIndex(tables);
        _mark.Begin(tables.Meta.ServerId, tables.Rows.Last);
    }

    /// <summary>An index that was made of another state of the log is thrown away; where there is to be none, nothing waits for it.</summary>
    private void BeginIndex(DatabaseTables tables)
    {
        if (WasCopy || HasLost || Damage is not null || tables.Meta.SearchId is null)
            tables.Meta.BeginIndexAnew();
        else if (_hasSearch)
            return;
        tables.Unindexed.Clear();
    }

    /// <summary>
    /// Nothing of the import of a server that was cut off is left (CP-EXP-014). The mark goes back before the commit, so that a start that
    /// is cut off here is not refused the next time.
    /// </summary>
    private void UndoImport(DatabaseTables tables)
    {
        if (!tables.Meta.IsImporting)
            return;
        _mark.Begin(tables.Meta.ServerId, 0);
        _connection.Transact(() =>
        {
            new ImportTable(_connection, tables).Undo();
            tables.Publishers.BeginRowsAnew(0);
            _connection.Execute("COMMIT");
        });
    }

    /// <summary>
    /// Entries that the original has stored since the copy are not here, and their seqs will be given again (CP-ADM-011). Its ids
    /// will not: a post that a client still has to send to one of its rooms must not end up in another room.
    /// </summary>
    private void BeginNewEpochs(DatabaseTables tables)
    {
        Failpoint.Reach("restore.begin");
        _connection.Transact(() =>
        {
            foreach (var room in tables.Rooms.Load())
            {
                var head = tables.Rows.EndOf(room.Id).Head;
                tables.Rooms.BeginEpoch(room, head + 1);
                tables.Messages.DeleteBehind(room.Id, head);
            }
            tables.Meta.BeginAnew();
            _connection.Execute("COMMIT");
        });
        Failpoint.Reach("restore.done");
    }
}
