namespace ChatProtocol.Tools;

/// <summary>Prints what accounts have: a table for people, for programs one object a line with the columns' names.</summary>
internal sealed class ListPrinter(TextWriter writer, TextWriter error, bool isJson)
{
    /// <summary>Whether the output is for programs.</summary>
    public bool IsJson => isJson;

    /// <summary>For questions and remarks.</summary>
    public TextWriter Error => error;

    public void Write<T>(IReadOnlyList<T> items, params Column<T>[] columns)
    {
        if (isJson)
        {
            foreach (var item in items)
                writer.WriteLine(Json.Object(json =>
                {
                    foreach (var column in columns)
                        column.Write(json, column.Name, item);
                }));
            return;
        }
        var table = new Table(Array.ConvertAll(columns, column => column.Name.ToUpperInvariant()));
        foreach (var item in items)
            table.Add(Array.ConvertAll(columns, column => column.Show(item)));
        table.WriteTo(writer, TerminalStyle.ForOutput());
    }

    /// <summary>Prints a secret that is shown this once: for people alone on its line, so that a script can take it, with a remark on standard error.</summary>
    public void WriteSecret<T>(T made, string secret, string remark, params Column<T>[] columns)
    {
        if (isJson)
        {
            Write([made], columns);
            return;
        }
        writer.WriteLine(secret);
        CommandLine.WriteError(error, remark);
    }

    /// <summary>Reports success to people; programs have the exit code.</summary>
    public int Done(string message)
    {
        if (!isJson)
            writer.WriteLine(Escaped.Line(message));
        return ExitCode.Done;
    }
}
