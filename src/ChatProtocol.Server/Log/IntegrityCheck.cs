using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>Checks whether a database is consistent: its pages, its trees, its free pages, and its index with its rows.</summary>
internal static class IntegrityCheck
{
    /// <summary>
    /// The time that a start has for the check, enough for some ten thousand segments. A larger database is checked where
    /// damage was met in it.
    /// </summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(200);

    /// <summary>The first fault; null if nothing was found.</summary>
    /// <param name="connection">A connection that nothing else uses meanwhile.</param>
    /// <param name="isThorough">Whether to check everything, however long it takes.</param>
    public static string? Find(DatabaseConnection connection, bool isThorough)
    {
        var budget = new Timer(_ => connection.Interrupt(), null, isThorough ? Timeout.InfiniteTimeSpan : Budget, Timeout.InfiniteTimeSpan);
        try
        {
            return Ask(connection, "PRAGMA integrity_check(1)");
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_INTERRUPT)
        {
            return null;
        }
        finally
        {
            // An interruption that is under way has to end before the connection is used for anything else.
            using var isOver = new ManualResetEvent(false);
            if (budget.Dispose(isOver))
                isOver.WaitOne();
        }
    }

    /// <summary>The first fault of one table and its indexes, however long the check takes.</summary>
    public static string? FindIn(DatabaseConnection connection, string table) => Ask(connection, $"PRAGMA integrity_check('{table}')");

    private static string? Ask(DatabaseConnection connection, string check)
    {
        try
        {
            return connection.Ask(check) is string and not "ok" and var finding ? finding.Split('\n')[^1] : null;
        }
        catch (SqliteException e) when (DatabaseConnection.IsDamage(e))
        {
            return FailureReason.Of(e);
        }
    }
}
