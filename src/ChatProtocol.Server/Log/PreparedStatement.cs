using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>A prepared statement, whose parameters are bound by position.</summary>
internal sealed class PreparedStatement(SqliteCommand command) : IDisposable
{
    public void Execute(params object[] values) => Bind(values).ExecuteNonQuery();

    /// <summary>The first value; null if no row is found.</summary>
    public object? Ask(params object[] values) => Bind(values).ExecuteScalar();

    /// <summary>The rows that are found; to be disposed before the statement is used again.</summary>
    public SqliteDataReader Read(params object[] values) => Bind(values).ExecuteReader();

    public void Dispose() => command.Dispose();

    private SqliteCommand Bind(object[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command;
    }
}
