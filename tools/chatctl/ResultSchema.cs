using System.Text.Json;

namespace ChatProtocol.Tools;

/// <summary>
/// A kind of result: its columns, and the name of its JSON Schema, which stands in <c>spec/schemas</c>. The columns may become more; a
/// change of what there is takes another version in the name.
/// </summary>
internal sealed class ResultSchema<T>(string name, params IReadOnlyList<Column<T>> columns)
{
    private readonly Column<T>[] _shown = [.. columns.Where(column => !column.IsForProgramsOnly)];

    /// <summary>A table of results for people.</summary>
    public Table ToTable(IEnumerable<T> results)
    {
        var table = new Table(Array.ConvertAll(_shown, column => column.Name.ToUpperInvariant()));
        foreach (var result in results)
            table.Add(Array.ConvertAll(_shown, column => column.Show(result)));
        return table;
    }

    /// <summary>A result as a JSON object.</summary>
    /// <param name="result">The result.</param>
    /// <param name="time">When it was asked for, where a list is asked for again and again; null otherwise.</param>
    public string ToJson(T result, DateTimeOffset? time = null) => Json.Object(json =>
    {
        json.WriteString("schema", name);
        if (time is { } known)
            json.WriteString("time", Json.Time(known));
        Write(json, result);
    });

    /// <summary>The same columns, and others behind them, for another kind of result that contains this one.</summary>
    public ResultSchema<TWhole> With<TWhole>(string wholeName, Func<TWhole, T> part, params IEnumerable<Column<TWhole>> more) =>
        new(wholeName, [.. columns.Select(column => column.Of(part)), .. more]);

    private void Write(Utf8JsonWriter json, T result)
    {
        foreach (var column in columns)
            column.Write(json, column.Name, result);
    }
}
