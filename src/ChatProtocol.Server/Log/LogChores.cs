using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>What takes long: copying and checking the whole log, on a connection of its own, beside reading and writing.</summary>
internal sealed class LogChores(string database)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int ScrubAttempts = 5;

    private readonly Lock _lock = new();
    private SqliteConnection? _working;
    private volatile bool _isOver;

    public LogChoreResult Do(LogChore chore)
    {
        try
        {
            using var connection = Begin(chore is LogChore.Scrub ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadOnly);
            return chore switch
            {
                LogChore.Scrub => Scrub(connection),
                LogChore.Surplus surplus => Find(connection, surplus),
                LogChore.Backup backup => Backup(connection, backup.Path),
                _ => Verify(connection),
            };
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return new LogChoreResult(e.Message);
        }
        finally
        {
            lock (_lock)
                _working = null;
        }
    }

    /// <summary>Breaks off what is being done; it fails, and so does what comes later.</summary>
    public void BreakOff()
    {
        lock (_lock)
        {
            _isOver = true;
            if (_working is not null)
                SQLitePCL.raw.sqlite3_interrupt(_working.Handle);
        }
    }

    private SqliteConnection Begin(SqliteOpenMode mode)
    {
        var connection = LogDatabase.Connect(database, mode);
        lock (_lock)
        {
            if (_isOver)
            {
                connection.Dispose();
                throw new IOException("the server is about to stop");
            }
            return _working = connection;
        }
    }

    /// <summary>Under another name first, so that what stands under its own is whole and marked as a copy (CP-ADM-009).</summary>
    private static LogChoreResult Backup(SqliteConnection connection, string path)
    {
        if (Path.Exists(path))
            return new LogChoreResult($"{path} is there already: choose another name, or remove it") { Reason = ErrorCode.InvalidValue };
        // Nobody else's name: what stands there is of a backup that was killed.
        var part = path + ".chatd.part";
        try
        {
            File.Delete(part);
            using (new FileStream(part, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
            }
            Failpoint.Reach("backup.begin");
            Execute(connection, "VACUUM INTO $path", part);
            Failpoint.Reach("backup.copied");
            LogDatabase.MarkAsCopy(part);
            Failpoint.Reach("backup.marked");
            using (var file = File.OpenHandle(part, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(file);
            File.Move(part, path, overwrite: false);
            Folder.FlushToDisk(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Failpoint.Reach("backup.done");
            return new LogChoreResult(null);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Each attempt waits some seconds for whoever reads; nobody in this program reads for longer.</summary>
    private LogChoreResult Scrub(SqliteConnection connection)
    {
        for (var attempt = 0; attempt < ScrubAttempts && !_isOver; attempt++)
            if (LogDatabase.TryScrub(connection))
                return new LogChoreResult(null);
        return new LogChoreResult("it is erased, but somebody else reads the database: until that ends its files may hold the text; then erase it again");
    }

    private static LogChoreResult Find(SqliteConnection connection, LogChore.Surplus surplus)
    {
        using var statements = new LogStatements(connection);
        var keeps = surplus.Keeps;
        var (behindBytes, beforeNewest) = statements.FindSurplus(surplus.Room, keeps.Bytes);
        var behindCount = surplus.Head - Math.Min(surplus.Head, keeps.Count ?? surplus.Head);
        var oldest = surplus.Now - Math.Min(surplus.Now, keeps.Age ?? surplus.Now);
        var through = 0ul;
        foreach (var segment in statements.ReadOldest(surplus.Room))
        {
            var isSurplus = segment.Last <= behindBytes || segment.Last <= behindCount || segment.Time < oldest;
            if (!isSurplus || segment.Last > beforeNewest)
                break;
            through = segment.Last;
        }
        return new LogChoreResult(null) { Through = through };
    }

    private static LogChoreResult Verify(SqliteConnection connection)
    {
        using var statements = new LogStatements(connection);
        ulong segments = 0, entries = 0;
        var rooms = new Dictionary<ulong, RoomCheck>();
        foreach (var row in statements.ReadAll())
        {
            segments++;
            // A row that says a wrong room is missing where its entries belong.
            var id = LogDatabase.EntriesOf(row)?.Room ?? row.Room;
            var room = rooms.GetValueOrDefault(id);
            var whole = LogDatabase.WholeOf(row);
            entries += (ulong)(whole?.Count ?? 0);
            rooms[id] = whole is null ? room with { Damaged = room.Damaged + 1 } : room.With(whole);
        }
        // A row that cannot be read does not even tell its room, where it leaves a hole.
        var unread = rooms.Remove(0, out var nowhere) ? nowhere.Damaged : 0;
        var missing = rooms.Sum(room => room.Value.MissingFrom(statements.OldestOf(room.Key)));
        var damaged = rooms.Values.Sum(room => room.Damaged) + Math.Max(unread, missing);
        return new LogChoreResult(null, segments, entries, (ulong)damaged);
    }

    private static void Execute(SqliteConnection connection, string sql, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("$path", path);
        command.ExecuteNonQuery();
    }
}
