namespace ChatProtocol.Tools;

/// <summary>
/// Prints the results of a command: a table or a sentence for people, JSON objects for programs. Standard output has nothing else.
/// </summary>
internal sealed class ResultWriter(TextWriter writer, TextWriter error, OutputForm form)
{
    private readonly List<string> _array = [];

    public OutputForm Form => form;

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

    /// <summary>Prints a list again and again, at once and then after each interval, until it is stopped or nobody reads it any more.</summary>
    /// <param name="read">Asks for the list.</param>
    /// <param name="schema">What its items are.</param>
    /// <param name="interval">The time from one round to the next.</param>
    /// <param name="title">Stands above the list on a terminal.</param>
    /// <param name="stop">Ends it, by the exception.</param>
    public Task<int> WatchAsync<T>(
        Func<CancellationToken, Task<IReadOnlyCollection<T>>> read, ResultSchema<T> schema, TimeSpan interval, string title, CancellationToken stop) =>
        RepeatAsync(read, items => schema.ToTable(items).ToLines().Select((line, i) => (line, i == 0)), (item, time) => schema.ToJson(item, time), interval, title, stop);

    /// <summary>The same with lines of another form for people.</summary>
    public async Task<int> RepeatAsync<T>(
        Func<CancellationToken, Task<IReadOnlyCollection<T>>> read, Func<IReadOnlyCollection<T>, IEnumerable<(string Text, bool IsHeading)>> toLines,
        Func<T, DateTimeOffset, string> toJson, TimeSpan interval, string title, CancellationToken stop)
    {
        if (form == OutputForm.Json)
            throw new CommandException(ExitCode.Usage, "what is repeated has no end, and an array has one: take -o ndjson");
        using var screen = !IsForPrograms && TerminalScreen.IsPossible ? new TerminalScreen(writer) : null;
        return await BrokenPipeMonitor.WhileThereAsync(async ending =>
        {
            while (true)
            {
                var items = await read(ending);
                var time = DateTimeOffset.UtcNow;
                if (screen is not null)
                    screen.Draw([($"{title}  {time.ToLocalTime():HH:mm:ss}  Ctrl-C ends", false), ("", false), .. toLines(items)]);
                else if (IsForPrograms)
                    foreach (var item in items)
                        writer.WriteLine(toJson(item, time));
                else
                    writer.WriteLine(string.Join('\n', toLines(items).Select(line => line.Text)) + "\n");
                await Task.Delay(interval, ending);
            }
        }, stop);
    }

    /// <summary>Prints what was done: a sentence for people, the result for programs.</summary>
    public void Done<T>(string sentence, T result, ResultSchema<T> schema) => Done([sentence], result, schema);

    /// <summary>The same with several lines for people.</summary>
    public void Done<T>(IEnumerable<string> lines, T result, ResultSchema<T> schema)
    {
        if (IsForPrograms)
            Object(schema.ToJson(result));
        else
            foreach (var line in lines)
                writer.WriteLine(Escaped.Line(line));
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
