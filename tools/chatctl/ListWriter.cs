namespace ChatProtocol.Tools;

/// <summary>Prints lists as a table or as a JSON array of objects with the columns' names.</summary>
internal sealed class ListWriter(TextWriter writer, TextWriter error, bool isJson)
{
    /// <summary>Whether the output is for programs.</summary>
    public bool IsJson => isJson;

    public void Write<T>(IReadOnlyList<T> items, params Column<T>[] columns)
    {
        if (isJson)
        {
            writer.WriteLine(Json.Write(json =>
            {
                json.WriteStartArray();
                foreach (var item in items)
                {
                    json.WriteStartObject();
                    foreach (var column in columns)
                        column.Write(json, column.Name, item);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }));
            return;
        }
        var table = new Table(Array.ConvertAll(columns, column => column.Name.ToUpperInvariant()));
        foreach (var item in items)
            table.Add(Array.ConvertAll(columns, column => column.Show(item)));
        table.WriteTo(writer, TerminalStyle.ForOutput());
    }

    /// <summary>Reports success to people; programs have the exit code.</summary>
    public int Done(string message)
    {
        if (!isJson)
            writer.WriteLine(Escaped.Line(message));
        return ExitCode.Done;
    }

    /// <summary>Reports a failure on standard error.</summary>
    public int Failed(string message, int exitCode) => FailureMessages.Tell(message, exitCode, error, isJson);
}
