using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// Makes a consistent database from a damaged one: every segment that is whole, wherever it lies, a place for every one that
/// is not, so that its seqs are never given again, and the small tables. The damaged file is kept beside it.
/// </summary>
internal sealed class DatabaseRepair : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DatabaseConnection _damaged;
    private readonly DatabaseConnection _mended;
    private readonly DatabasePageScanner _pages;

    private DatabaseRepair(string path, string part)
    {
        _damaged = DatabaseConnection.Open(path, SqliteOpenMode.ReadWrite);
        _mended = DatabaseConnection.Open(part, SqliteOpenMode.ReadWrite);
        _pages = new DatabasePageScanner(path);
    }

    /// <summary>The path at which the damaged file is kept.</summary>
    public static string KeptAs(string path) => path + "-damaged";

    /// <summary>
    /// Puts a mended database into the place of a damaged one. No connection may have that open, and its write-ahead log has to be
    /// empty.
    /// </summary>
    /// <param name="path">The database's file.</param>
    /// <param name="acceptsLoss">Whether to go on where something other than entries is lost, which no gap tells.</param>
    /// <exception cref="DamagedRowException">Something other than entries is lost, and that is not accepted.</exception>
    /// <exception cref="ServerException">There is no space for a new file, or it cannot be put in place.</exception>
    public static RepairResult Mend(string path, bool acceptsLoss)
    {
        var part = path + ".mending";
        try
        {
            // A mending that was cut off has left the file.
            File.Delete(part);
            using (new FileStream(part, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
            }
            RepairResult mended;
            using (var mending = new DatabaseRepair(path, part))
                mended = mending.Copy(acceptsLoss);
            using (var file = File.OpenHandle(part, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(file);
            Failpoint.Reach("mending.copied");
            File.Delete(KeptAs(path));
            File.Replace(part, path, KeptAs(path));
            FolderSync.FlushToDisk(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Failpoint.Reach("mending.done");
            return mended;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the database {path} is damaged, and cannot be mended: {FailureReason.Of(e)}", e);
        }
        finally
        {
            File.Delete(part);
        }
    }

    public void Dispose()
    {
        _pages.Dispose();
        _mended.Dispose();
        _damaged.Dispose();
    }

    private RepairResult Copy(bool acceptsLoss)
    {
        _mended.Execute($"PRAGMA page_size = {DatabaseSchema.PageSize}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        DatabaseSchema.Migrate(_mended, new byte[16]);
        _mended.Execute("BEGIN; DELETE FROM meta");
        // A tree may have lost rows and be read without an error.
        var lost = DatabaseSchema.SmallTables.Where(table => !TryCopy(table.Table, table.Key) | IntegrityCheck.FindIn(_damaged, table.Table) is not null).Select(table => table.Table).ToList();
        if (lost.Count > 0 && !acceptsLoss)
            throw new DamagedRowException($"the table '{lost[0]}'");
        // The index is made anew from what could be copied.
        _mended.Execute("DELETE FROM meta WHERE key LIKE 'indexed%'");
        var segments = CopySegments();
        var missing = HoldPlaces();
        _mended.Execute("COMMIT");
        return new RepairResult(segments, missing, HasLost: lost.Count > 0);
    }

    /// <summary>Copies a table from both ends, as a damaged page ends a reading; false if there was one.</summary>
    private bool TryCopy(string table, string key)
    {
        if (TryCopyFrom(table, key))
            return true;
        TryCopyFrom(table, string.Join(", ", key.Split(", ").Select(column => column + " DESC")));
        return false;
    }

    /// <summary>Copies rows in an order until one cannot be read; false if there was such a row.</summary>
    private bool TryCopyFrom(string table, string order)
    {
        // A table that has no key of its own is copied with its row numbers, so that no row is copied twice.
        var hasNumbers = order.StartsWith("rowid", StringComparison.Ordinal);
        using var select = _damaged.Prepare($"SELECT {(hasNumbers ? "rowid, *" : "*")} FROM {table} ORDER BY {order}");
        try
        {
            using var rows = select.Read();
            var columns = Enumerable.Range(0, rows.FieldCount).Select(rows.GetName).ToList();
            using var insert = _mended.Prepare($"INSERT OR REPLACE INTO {table}({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => $"${column}"))})");
            var values = new object[columns.Count];
            while (rows.Read())
            {
                rows.GetValues(values);
                insert.Execute(values);
            }
            return true;
        }
        catch (SqliteException e) when (DatabaseConnection.IsDamage(e) || e.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            return false;
        }
    }

    private ulong CopySegments()
    {
        using var insert = _mended.Prepare(
            "INSERT OR IGNORE INTO segment(id, room, first, count, time, format, crc, bytes, posts, said) VALUES ($id, $room, $first, $count, $time, $format, $crc, $bytes, $posts, $said)");
        var copied = 0ul;
        foreach (var (row, segment, time, format) in _pages.Segments())
        {
            insert.Execute(row.Id, (long)row.Room, (long)row.First, row.Count, time, format, (long)row.Checksum, row.Bytes, segment.Posts.IsEmpty ? DBNull.Value : row.Posts, row.Said is { } said ? said : DBNull.Value);
            copied++;
        }
        return copied;
    }

    /// <summary>Inserts an unreadable row for every segment that the index knows and no page has.</summary>
    private ulong HoldPlaces()
    {
        using var isKnown = _mended.Prepare("SELECT EXISTS (SELECT 1 FROM segment WHERE id = $id OR room = $room AND first = $first)");
        using var insert = _mended.Prepare(
            "INSERT INTO segment(id, room, first, count, time, format, crc, bytes, said) VALUES ($id, $room, $first, 0, 0, 1, 0, x'', 0)");
        var held = 0ul;
        foreach (var key in _pages.SegmentKeys())
        {
            if ((long)isKnown.Ask(key.Id, (long)key.Room, (long)key.First)! != 0)
                continue;
            insert.Execute(key.Id, (long)key.Room, (long)key.First);
            held++;
        }
        return held;
    }
}

/// <summary>The outcome of a mending.</summary>
/// <param name="Segments">How many segments are whole.</param>
/// <param name="Missing">How many segments the index knows that are not whole.</param>
/// <param name="HasLost">Whether anything else is lost.</param>
internal sealed record RepairResult(ulong Segments, ulong Missing, bool HasLost);
