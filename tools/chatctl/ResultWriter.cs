namespace ChatProtocol.Tools;

/// <summary>
/// Prints the results of a command: a table or a sentence for people, JSON objects for programs. Standard output has nothing else.
/// </summary>
internal sealed class ResultWriter(TextWriter writer, TextWriter error, OutputForm form)
{
    private readonly List<string> _array = [];

    /// <summary>Whether the output is for programs.</summary>
    public bool IsForPrograms => form != OutputForm.Text;

    /// <summary>Prints a list.</summary>
    public void List<T>(IReadOnlyCollection<T> items, ResultSchema<T> schema)
    {
        if (!IsForPrograms)
            schema.ToTable(items).WriteTo(writer, TerminalStyle.ForOutput());
        else
            foreach (var item in items)
                Object(schema.ToJson(item));
    }

    /// <summary>Prints what was done: a sentence for people, the result for programs.</summary>
    public void Done<T>(string sentence, T result, ResultSchema<T> schema)
    {
        if (IsForPrograms)
            Object(schema.ToJson(result));
        else
            writer.WriteLine(Escaped.Line(sentence));
    }

    /// <summary>Reports a failure on standard error.</summary>
    public int Failed(string message, int exitCode) => FailureMessages.Tell(message, exitCode, error, IsForPrograms);

    /// <summary>Ends the output of a command, which failed or not: an array is whole also where a later part failed.</summary>
    public void End(bool hasFailed)
    {
        if (form == OutputForm.Json && (_array.Count > 0 || !hasFailed))
            writer.WriteLine($"[{string.Join(',', _array)}]");
    }

    private void Object(string json)
    {
        if (form == OutputForm.Json)
            _array.Add(json);
        else
            writer.WriteLine(json);
    }
}
