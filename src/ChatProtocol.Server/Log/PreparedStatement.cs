using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// A prepared statement, whose parameters are bound by position. It is made when it is first used: an idle server holds hundreds that it never
/// uses.
/// </summary>
/// <param name="make">Makes the command, with its parameters.</param>
/// <param name="sql">The statement.</param>
internal sealed class PreparedStatement(Func<string, SqliteCommand> make, string sql) : IDisposable
{
    private SqliteCommand? _command;

    public void Execute(params object[] values) => Bind(values).ExecuteNonQuery();

    /// <summary>The first value; null if no row is found.</summary>
    public object? Ask(params object[] values) => Bind(values).ExecuteScalar();

    /// <summary>The rows that are found; to be disposed before the statement is used again.</summary>
    public SqliteDataReader Read(params object[] values) => Bind(values).ExecuteReader();

    public void Dispose() => _command?.Dispose();

    private SqliteCommand Bind(object[] values)
    {
        var command = _command ??= make(sql);
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command;
    }
}
