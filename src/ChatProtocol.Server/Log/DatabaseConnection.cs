using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatProtocol.Server;

/// <summary>One connection to the log's database, with the statements that are prepared on it. Belongs to one thread at a time.</summary>
internal sealed partial class DatabaseConnection : IDisposable
{
    /// <summary>How long a statement waits for other connections, in milliseconds.</summary>
    public const int BusyTimeout = 5000;

    private readonly SqliteConnection _connection;
    private readonly List<PreparedStatement> _prepared = [];

    private readonly Func<string, SqliteCommand> _make;

    private DatabaseConnection(SqliteConnection connection) => (_connection, _make) = (connection, Make);

    public sqlite3 Handle => _connection.Handle!;

    /// <summary>The version of SQLite.</summary>
    public Version Version => new(_connection.ServerVersion);

    /// <exception cref="ServerException">The database cannot be opened; the message says why.</exception>
    public static DatabaseConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var log = new DatabaseConnection(connection);
            log.Execute($"PRAGMA busy_timeout = {BusyTimeout}");
            return log;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new ServerException($"the database {path} cannot be opened: {FailureReason.Of(e)}", e);
        }
    }

    /// <summary>Whether the file is damaged: the same read will fail again, and others will not.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode == raw.SQLITE_CORRUPT;

    /// <summary>A statement for many uses; its parameters are bound in the order in which they first appear.</summary>
    public PreparedStatement Prepare(string sql)
    {
        var statement = new PreparedStatement(_make, sql);
        _prepared.Add(statement);
        return statement;
    }

    /// <summary>Runs statements once.</summary>
    public void Execute(string sql, params object[] values)
    {
        using var statement = PrepareOnce(sql);
        statement.Execute(values);
    }

    /// <summary>The first value of a query that is run once; null for none.</summary>
    public object? Ask(string sql, params object[] values)
    {
        using var statement = PrepareOnce(sql);
        return statement.Ask(values);
    }

    /// <summary>Runs statements in one transaction: all of them take effect, or none.</summary>
    /// <param name="work">The statements; commits at its end.</param>
    public void Transact(Action work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            work();
        }
        catch when (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Breaks off the statement that is under way; it fails with SQLITE_INTERRUPT. Any thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(Handle);

    public void Dispose()
    {
        foreach (var statement in _prepared)
            statement.Dispose();
        _connection.Dispose();
    }

    private PreparedStatement PrepareOnce(string sql)
    {
        var statement = Prepare(sql);
        _prepared.Remove(statement);
        return statement;
    }

    private SqliteCommand Make(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in ParameterName().Matches(sql).Select(match => match.Value).Distinct())
            command.Parameters.Add(new SqliteParameter(name, null));
        return command;
    }

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex ParameterName();
}
