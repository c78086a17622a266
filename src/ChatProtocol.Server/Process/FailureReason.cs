using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatProtocol.Server;

/// <summary>
/// The reason of a failure as a clause for the operator: the runtime's messages are sentences about paths, and SQLite's are about
/// itself.
/// </summary>
internal static class FailureReason
{
    public static string Of(Exception failure) => failure switch
    {
        SqliteException e => OfSqlite(e),
        UnauthorizedAccessException { InnerException: IOException { HResult: > 0 } inner } => Marshal.GetPInvokeErrorMessage(inner.HResult),
        UnauthorizedAccessException => "Permission denied",
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        PathTooLongException => "File name too long",
        IOException { HResult: > 0 } => Marshal.GetPInvokeErrorMessage(failure.HResult),
        _ => failure.Message,
    };

    /// <summary>Whether the disk is full, which shows at the opening by the shared memory of the write-ahead log.</summary>
    public static bool IsDiskFull(SqliteException failure) =>
        failure.SqliteErrorCode == raw.SQLITE_FULL || failure.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE;

    private static string OfSqlite(SqliteException failure) => failure.SqliteErrorCode switch
    {
        // Raised by this project about a table that it has checked.
        _ when !failure.Message.StartsWith("SQLite Error", StringComparison.Ordinal) => failure.Message,
        _ when IsDiskFull(failure) => "the disk is full",
        raw.SQLITE_READONLY => "the file is read-only",
        raw.SQLITE_CANTOPEN => "the file cannot be opened",
        raw.SQLITE_CORRUPT => "SQLite finds the file malformed",
        raw.SQLITE_NOTADB => "the file is no database",
        raw.SQLITE_IOERR => "the disk could not be read or written",
        raw.SQLITE_NOMEM => "there is no memory left",
        raw.SQLITE_INTERRUPT => "the server is about to stop",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program is using the database",
        // Statements and constraints: a bug, for which SQLite's own words are the best.
        _ => Quoted(failure.Message),
    };

    /// <summary>SQLite's own words in "SQLite Error 1: 'words'."</summary>
    private static string Quoted(string message) =>
        message.IndexOf('\'', StringComparison.Ordinal) is >= 0 and var start && message.LastIndexOf('\'') is var end && end > start ? message[(start + 1)..end] : message;
}
