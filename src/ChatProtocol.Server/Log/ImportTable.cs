using System.Globalization;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Stores imports where nobody finds them before they are whole. A room's segments are those of a room that is being removed, until the
/// last step takes it off that list. A server's are the only ones in the database, which is marked until the last step adds the rooms
/// and principals; a start that finds the mark removes them all.
/// </summary>
internal sealed class ImportTable(DatabaseConnection connection, DatabaseTables tables)
{
    private const ulong Lobby = 1;

    /// <summary>Why no server can be imported whole, as there is something here already; null if one can.</summary>
    public string? FindObstacle() =>
        Count("SELECT count(*) FROM segment") > 0 ? "something was said here already"
        : Count("SELECT count(*) FROM removed_room") > 0 ? "what was said here before is still being removed: try again in a while"
        : FindRecord();

    /// <summary>Stores a part of an import.</summary>
    public void Store(LogImport import, ImportPart part)
    {
        if (part.IsFirst && import.IsWhole)
            tables.Meta.BeginImport();
        else if (part.IsFirst)
            tables.RemovedRooms.BeginRemoval(import.Room);
        foreach (var segment in part.Segments)
        {
            tables.Segments.Insert(segment);
            tables.Messages.Add(segment);
        }
        foreach (var lost in part.Lost)
            tables.Segments.Insert(lost);
        Failpoint.Reach("import.part");
    }

    /// <summary>Makes everything that was stored of an import what everybody finds, or nothing of it.</summary>
    public void Finish(LogChange.FinishImport finish)
    {
        connection.Execute("SAVEPOINT import");
        try
        {
            if (finish.Import is ImportFile { IsWhole: true } server)
                Finish(server);
            else
                Finish((ImportFile)finish.Import, finish.Import.Room);
        }
        catch (Exception e) when (e is ExportException or IOException or UnauthorizedAccessException)
        {
            connection.Execute("ROLLBACK TO import");
            finish.Complaint = e is ExportException ? e.Message : FailureReason.Of(e);
        }
        connection.Execute("RELEASE import");
        Failpoint.Reach("import.finish");
    }

    /// <summary>Removes everything that was stored of the import of a server; nothing else was said there.</summary>
    public void Undo()
    {
        if (!tables.Meta.IsImporting)
            return;
        connection.Execute("DELETE FROM segment; DELETE FROM amended; DELETE FROM reaction; DELETE FROM threaded");
        tables.Meta.BeginIndexAnew();
        tables.Meta.EndImport();
        Failpoint.Reach("import.undo");
    }

    /// <summary>The room belongs to the server, as whoever made it is not here (CP-EXP-015).</summary>
    private void Finish(ImportFile import, ulong room)
    {
        var source = import.Source!;
        tables.RemovedRooms.Keep(room);
        Add(source with { Id = room, Creator = PrincipalIds.Server, Standings = [] });
    }

    private void Finish(ImportFile import)
    {
        if (FindRecord() is { } obstacle)
            throw new ExportException($"the server is not empty any more: {obstacle}");
        foreach (var line in import.ReadDirectory())
            switch (line)
            {
                case ExportLine.Principal principal: Add(principal); break;
                case ExportLine.Block { Record: var block }: tables.Blocks.Insert(block); break;
                case ExportLine.Room { Record: var room }:
                    var added = Add(room);
                    if (room.Id == Lobby)
                        import.Lobby = added;
                    break;
            }
        tables.Meta.EndImport();
    }

    private void Add(ExportLine.Principal line)
    {
        tables.Principals.Upsert(ImportedPrincipal.ToRecord(line.Id, line.Name, line.Seen, hasAccount: line.Account is not null));
        if (line.Account is { } account)
            tables.Accounts.Upsert(account);
    }

    /// <summary>Adds a room in a new epoch: those who have a cursor of the old one may have entries that are not in the file (CP-EXP-013).</summary>
    private RoomRecord Add(RoomRecord room)
    {
        // The lobby may have a row already, for its retention.
        tables.Rooms.Delete(room.Id);
        var added = RoomTable.WithNewEpoch(room, room.Head + 1);
        tables.Rooms.Insert(added);
        if (added.Keeps is not null)
            tables.Rooms.Keep(added);
        if (added.Settings != RoomSettings.None)
            tables.Rooms.Set(added);
        foreach (var standing in added.Standings)
            tables.Rooms.Keep(added, standing);
        var end = tables.Rows.EndOf(room.Id);
        return tables.Rooms.WithStandings(tables.Rooms.Find(added.Id)!) with { Head = room.Head, Unsaid = end.Unsaid, Time = end.Time };
    }

    private string? FindRecord() =>
        Count("SELECT count(*) FROM room WHERE id <> 1") is > 0 and var rooms ? Have(rooms, "a room", "rooms")
        : Count("SELECT count(*) FROM account") is > 0 and var accounts ? Have(accounts, "an account", "accounts")
        : Count("SELECT count(*) FROM principal") is > 0 and var users ? Have(users, "a user", "users") + " who logged in once"
        : null;

    private static string Have(long count, string one, string many) => count == 1 ? $"there is {one}" : string.Create(CultureInfo.InvariantCulture, $"there are {count} {many}");

    private long Count(string sql) => (long)connection.Ask(sql)!;
}
