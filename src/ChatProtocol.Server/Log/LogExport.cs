using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// Writes the log, or one room of it, as an export: the rooms and who there is in one read, and then the entries up to where the
/// rooms ended at that moment, in many short reads.
/// </summary>
internal sealed class LogExport
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Bytes of entries in one read.</summary>
    private const int MaxBytes = 256 * 1024;

    /// <summary>Records in one read of a table.</summary>
    private const int MaxRecords = 1000;

    private readonly DatabaseConnection _connection;
    private readonly DatabaseTables _tables;
    private readonly EntryReader _entries;
    private readonly ExportWriter _output;
    private readonly Func<bool> _isOver;
    private ulong _principals;
    private ulong _blocks;
    private ulong _said;

    private LogExport(DatabaseConnection connection, EntryReader entries, ExportWriter output, Func<bool> isOver)
    {
        _connection = connection;
        _tables = new DatabaseTables(connection);
        _entries = entries;
        _output = output;
        _isOver = isOver;
    }

    /// <summary>Writes under another name first, so that a file under the export's own name is whole (CP-EXP-001).</summary>
    /// <param name="connection">A connection of its own.</param>
    /// <param name="task">What to write.</param>
    /// <param name="isOver">Whether to break off, as the server is about to stop.</param>
    public static MaintenanceResult Make(DatabaseConnection connection, MaintenanceTask.Export task, Func<bool> isOver)
    {
        if (Path.Exists(task.Path))
            return new MaintenanceResult($"{task.Path} is there already: choose another name, or remove it") { Reason = ErrorCode.InvalidValue };
        if (task.Room is { } room && new DatabaseTables(connection).Rooms.Find(room) is null)
            return new MaintenanceResult("there is no such room, or nothing was said in it") { Reason = ErrorCode.NoSuchRoom };
        // No other program uses this name: a file there was left by an export that was killed.
        var part = task.Path + ".chatd.part";
        try
        {
            File.Delete(part);
            return Write(connection, task, part, isOver);
        }
        catch (Exception e) when (e is SqliteException or DamagedRowException or IOException or UnauthorizedAccessException or ServerException or ProtocolViolation)
        {
            return new MaintenanceResult($"the export {task.Path} could not be made: {WhyNot(e, task.Path)}");
        }
    }

    private static MaintenanceResult Write(DatabaseConnection connection, MaintenanceTask.Export task, string part, Func<bool> isOver)
    {
        try
        {
            MaintenanceResult made;
            using (var file = new FileStream(part, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly, BufferSize = 64 * 1024 }))
            {
                Failpoint.Reach("export.begin");
                using var output = new ExportWriter(file);
                made = new LogExport(connection, new EntryReader(connection), output, isOver).Write(task);
                file.Flush(flushToDisk: true);
            }
            Failpoint.Reach("export.written");
            File.Move(part, task.Path, overwrite: false);
            FolderSync.FlushToDisk(Path.GetDirectoryName(Path.GetFullPath(task.Path))!);
            Failpoint.Reach("export.done");
            return made;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static string WhyNot(Exception failure, string path) =>
        failure is DirectoryNotFoundException && Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder)
            ? $"there is no folder {folder}"
            : FailureReason.Of(failure);

    private MaintenanceResult Write(MaintenanceTask.Export task)
    {
        _output.Write(new ExportLine.Header(_tables.Meta.ServerId, task.Agent, task.Now, IsWhole: task.Room is null));
        // All that the export is of, as it is at one moment; entries are never changed behind it, but for those that are erased.
        _connection.Execute("BEGIN");
        var rooms = task.Room is { } room ? WriteRoom(room) : WriteAll();
        _connection.Execute("COMMIT");
        foreach (var (id, head) in rooms)
            WriteEntries(id, head);
        _output.Write(new ExportLine.End(_principals, _blocks, (ulong)rooms.Count, _said));
        return new MaintenanceResult(null, Entries: _said) { Rooms = (ulong)rooms.Count, Hash = _output.Hash };
    }

    private List<(ulong Id, ulong Head)> WriteRoom(ulong id) =>
        [Write(_tables.Rooms.Find(id) ?? throw RemovedMeanwhile(id))];

    private List<(ulong Id, ulong Head)> WriteAll()
    {
        for (var (after, isDone) = (0ul, false); !isDone;)
        {
            var some = _tables.Principals.Load(after, MaxRecords);
            foreach (var principal in some)
                _output.Write(new ExportLine.Principal(principal.Id, principal.Name, principal.LastSeen, _tables.Accounts.Find(principal.Id)));
            _principals += (ulong)some.Count;
            isDone = some.Count < MaxRecords;
            after = isDone ? after : some[^1].Id;
            BreakOffIfOver();
        }
        foreach (var block in _tables.Blocks.Load())
        {
            _output.Write(new ExportLine.Block(block));
            _blocks++;
        }
        return _tables.Rooms.Load().ConvertAll(Write);
    }

    private (ulong Id, ulong Head) Write(RoomRecord record)
    {
        var room = _tables.Rooms.WithStandings(record) with { Head = _tables.Rows.EndOf(record.Id).Head };
        _output.Write(new ExportLine.Room(room with { Oldest = Math.Min(room.Oldest, room.Head + 1) }));
        return (room.Id, room.Head);
    }

    private void WriteEntries(ulong room, ulong head)
    {
        var (next, said) = (1ul, 0ul);
        ExportLine.Gap? gap = null;
        while (next <= head)
        {
            BreakOffIfOver();
            var found = _entries.Find(new EntryQuery(room, new SeqRange(next, head)) { MaxBytes = MaxBytes });
            // Asked behind the reading: what was not found then has expired if it lies before.
            var oldest = found.Runs.Any(run => run.Segment is null) ? OldestOf(room) : 0;
            foreach (var run in found.Runs)
            {
                var last = Math.Min(run.Last, head);
                if (run.Segment is { } segment)
                {
                    WriteGap(ref gap);
                    for (; next <= last; next++, said++)
                        Write(segment.Slice(segment.IndexOf(next), 1));
                    continue;
                }
                if (next < oldest)
                    Widen(ref gap, room, next, Math.Min(last, oldest - 1), GapReason.Expired);
                if (last >= oldest)
                    Widen(ref gap, room, Math.Max(next, oldest), last, GapReason.Damaged);
                next = last + 1;
            }
        }
        WriteGap(ref gap);
        _output.Write(new ExportLine.Head(room, head, said));
        _said += said;
        Failpoint.Reach("export.room");
    }

    private void Write(ReadOnlyMemory<byte> frame) => _output.Write(new ExportLine.Entry(EntryFrame.Decode(frame), frame));

    private ulong OldestOf(ulong room) =>
        _tables.Rooms.Find(room) is { } found ? found.Oldest
        : throw RemovedMeanwhile(room);

    private static ServerException RemovedMeanwhile(ulong room) => new($"the room {room} was removed meanwhile: export again");

    private void Widen(ref ExportLine.Gap? gap, ulong room, ulong first, ulong last, GapReason why)
    {
        if (gap is not null && gap.Why != why)
            WriteGap(ref gap);
        gap = gap is null ? new ExportLine.Gap(room, first, last, why) : gap with { Last = last };
    }

    private void WriteGap(ref ExportLine.Gap? gap)
    {
        if (gap is not null)
            _output.Write(gap);
        gap = null;
    }

    private void BreakOffIfOver()
    {
        if (_isOver())
            throw new IOException("the server is about to stop");
    }
}
