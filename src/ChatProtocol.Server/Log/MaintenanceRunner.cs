using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>Does the maintenance tasks, which take long, each on a connection of its own, beside reading and writing.</summary>
/// <param name="database">The database's file.</param>
/// <param name="scrubIndex">Removes what was erased from the index of searches; false if somebody else reads that. Null where there is none.</param>
internal sealed class MaintenanceRunner(string database, Func<bool>? scrubIndex = null) : IDisposable
{
    private const int ScrubAttempts = 5;

    private readonly Lock _lock = new();
    private DatabaseConnection? _working;
    private volatile bool _isOver;

    // The import that is under way: its file stays open from the check to the end.
    private ImportFile? _import;

    public MaintenanceResult Do(MaintenanceTask task)
    {
        try
        {
            var connection = Begin(task is MaintenanceTask.Scrub or MaintenanceTask.Index ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadOnly);
            try
            {
                return task switch
                {
                    MaintenanceTask.Scrub => Scrub(connection),
                    MaintenanceTask.Index => IndexBackfill.Make(connection),
                    MaintenanceTask.FindExpired search => Find(connection, search),
                    MaintenanceTask.Backup backup => LogBackup.Make(connection, backup.Path),
                    MaintenanceTask.Export export => LogExport.Make(connection, export, () => _isOver),
                    MaintenanceTask.CheckImport check => Check(connection, check),
                    MaintenanceTask.ReadImport read => new MaintenanceResult(null) { Part = ((ImportFile)read.Import).ReadPart() },
                    MaintenanceTask.CloseImport => CloseImport(),
                    _ => LogVerifier.Make(connection, () => DamageMark.Raise(database)),
                };
            }
            finally
            {
                End(connection);
            }
        }
        catch (Exception e) when (e is SqliteException or DamagedRowException or IOException or UnauthorizedAccessException or ServerException or ExportException)
        {
            return new MaintenanceResult(FailureReason.Of(e)) { Reason = e is ExportException ? ErrorCode.InvalidValue : ErrorCode.LogUnavailable };
        }
    }

    /// <summary>Breaks off the task that is under way; it fails, and so do later ones.</summary>
    public void BreakOff()
    {
        lock (_lock)
        {
            _isOver = true;
            _working?.Interrupt();
        }
    }

    /// <summary>Closes the file of an import that was under way. No task is.</summary>
    public void Dispose() => _import?.Dispose();

    /// <summary>Checks a whole export, and for that of a server whether this one is empty.</summary>
    private MaintenanceResult Check(DatabaseConnection connection, MaintenanceTask.CheckImport check)
    {
        CloseImport();
        try
        {
            _import = ImportFile.Open(check, () => _isOver);
        }
        catch (Exception e) when (e is ExportException or IOException or UnauthorizedAccessException)
        {
            return new MaintenanceResult($"{check.Path} cannot be imported: {FailureReason.Of(e)}") { Reason = ErrorCode.InvalidValue };
        }
        if (_import.IsWhole && new ImportTable(connection, new DatabaseTables(connection)).FindObstacle() is { } obstacle)
        {
            CloseImport();
            return new MaintenanceResult($"{check.Path} is of a whole server, which goes into an empty one, and {obstacle}; name one room of it, or give chatd an empty folder") { Reason = ErrorCode.InvalidValue };
        }
        return new MaintenanceResult(null) { Import = _import };
    }

    private MaintenanceResult CloseImport()
    {
        _import?.Dispose();
        _import = null;
        return new MaintenanceResult(null);
    }

    private DatabaseConnection Begin(SqliteOpenMode mode)
    {
        var connection = DatabaseConnection.Open(database, mode);
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

    private void End(DatabaseConnection connection)
    {
        lock (_lock)
            _working = null;
        connection.Dispose();
    }

    /// <summary>
    /// Each attempt waits some seconds for readers; no reader in this process takes longer. A damaged file that was kept also
    /// holds the texts that are to be gone, and is deleted whole (CP-ADM-012).
    /// </summary>
    private MaintenanceResult Scrub(DatabaseConnection connection)
    {
        File.Delete(DatabaseRepair.KeptAs(database));
        var checkpoints = new WalCheckpoints(connection);
        var isIndexScrubbed = scrubIndex?.Invoke() ?? true;
        for (var attempt = 0; attempt < ScrubAttempts && !_isOver; attempt++)
            if (checkpoints.TryEmpty() && isIndexScrubbed)
                return new MaintenanceResult(null);
        return new MaintenanceResult("it is erased, but somebody else reads the database: until that ends its files may hold the text; then erase it again");
    }

    private static MaintenanceResult Find(DatabaseConnection connection, MaintenanceTask.FindExpired search)
    {
        var segments = new DatabaseTables(connection).Segments;
        var keeps = search.Keeps;
        var (behindBytes, beforeNewest) = segments.FindExpired(search.Room, keeps.Bytes);
        var oldest = search.Now - Math.Min(search.Now, keeps.Age ?? search.Now);
        var through = 0ul;
        foreach (var segment in segments.ReadOldest(search.Room))
        {
            var isExpired = segment.Last <= behindBytes || search.HasEnoughBehind(segment.Last, segment.Unsaid) || segment.Time < oldest;
            if (!isExpired || segment.Last > beforeNewest)
                break;
            through = segment.Last;
        }
        return new MaintenanceResult(null) { Through = through };
    }
}
