namespace ChatProtocol.Tools;

/// <summary>What was measured: figures in the order in which they are told, as a table or one JSON object.</summary>
internal sealed class Report
{
    private readonly List<(string Name, Unit Unit, double? Value)> _figures = [];

    public required string Command { get; init; }

    public required string Server { get; init; }

    public required string Room { get; init; }

    /// <summary>What the server did wrong, which makes the measurement a failed one; null for nothing.</summary>
    public string? Complaint { get; set; }

    /// <summary>Adds a figure; null for what could not be measured.</summary>
    public Report Add(string name, Unit unit, double? value)
    {
        _figures.Add((name, unit, value));
        return this;
    }

    /// <summary>Adds how often something happened in a time, and the time.</summary>
    public Report AddRate(string name, long count, TimeSpan time)
    {
        Add(name, Unit.Count, count);
        return Add(name, Unit.PerSecond, time > TimeSpan.Zero ? count / time.TotalSeconds : null);
    }

    public Report AddMegabytes(string name, long bytes, TimeSpan time) =>
        Add(name, Unit.MegabytesPerSecond, time > TimeSpan.Zero ? bytes / 1e6 / time.TotalSeconds : null);

    public Report AddPercentiles(string name, Latencies latencies, params double[] percentiles)
    {
        foreach (var percentile in percentiles)
            Add(FormattableString.Invariant($"{name} p{percentile}"), Unit.Milliseconds, latencies.Count == 0 ? null : latencies.MillisecondsAt(percentile));
        return Add($"{name} max", Unit.Milliseconds, latencies.Count == 0 ? null : latencies.MaxMilliseconds);
    }

    /// <summary>Adds what the server used, where its process is to be seen.</summary>
    public void AddServer(ServerProcess? server)
    {
        if (server is null)
            return;
        Add("server cpu", Unit.Seconds, server.Cpu.TotalSeconds);
        Add("server memory", Unit.Bytes, server.Memory);
    }

    public void WriteTo(TextWriter writer, bool isJson)
    {
        if (isJson)
            writer.WriteLine(InJson());
        else
            AsTable().WriteTo(writer, Style.ForOutput());
    }

    private Table AsTable()
    {
        var table = new Table("MEASURED", "VALUE");
        table.Add("server", Server);
        table.Add("room", Room);
        foreach (var (name, unit, value) in _figures)
            table.Add(name, value is { } figure ? unit.Show(figure) : "-");
        return table;
    }

    private string InJson() => Json.Object(json =>
    {
        json.WriteString("command", Command);
        json.WriteText("server", Server);
        json.WriteText("room", Room);
        foreach (var (name, unit, value) in _figures)
        {
            var key = name.Replace(' ', '_').Replace('.', '_') + unit.Suffix;
            if (value is { } figure)
                json.WriteNumber(key, Math.Round(figure, 3));
            else
                json.WriteNull(key);
        }
    });
}
