using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Indexes the rows that an earlier server has stored, a slice at a time beside the writer, so that an upgrade takes no longer
/// than a start. Rows that are stored meanwhile are indexed by the writer.
/// </summary>
internal static class IndexBackfill
{
    /// <summary>Rows in one transaction, for which the writer may have to wait: some milliseconds.</summary>
    private const int Slice = 512;

    /// <summary>Transactions in one task, so that other tasks have their turn.</summary>
    private const int MostAtOnce = 64;

    /// <param name="connection">A connection of its own.</param>
    public static MaintenanceResult Make(DatabaseConnection connection)
    {
        // The work is repeated if it is lost; a sync for each slice would take longer than the slice.
        connection.Execute("PRAGMA synchronous = NORMAL");
        var tables = new DatabaseTables(connection);
        for (var done = 0; done < MostAtOnce && !tables.Meta.IsIndexed; done++)
            connection.Transact(() =>
            {
                tables.Meta.IsIndexed = !Index(tables);
                Failpoint.Reach("index.slice");
                connection.Execute("COMMIT");
            });
        return new MaintenanceResult(null) { HasMore = !tables.Meta.IsIndexed };
    }

    /// <summary>Indexes a slice of the first table that has more; false if none has.</summary>
    private static bool Index(DatabaseTables tables) =>
        Index(tables, "room", after => tables.Rooms.Index(after, Slice))
        || Index(tables, "principal", after => tables.Principals.Index(after, Slice))
        || Index(tables, "publisher", after => tables.Publishers.Index(after, Slice));

    private static bool Index(DatabaseTables tables, string table, Func<long, long?> index)
    {
        if (index(tables.Meta.IndexedThrough(table)) is not { } through)
            return false;
        tables.Meta.SetIndexedThrough(table, through);
        return true;
    }
}
