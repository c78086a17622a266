namespace ChatProtocol.Tools;

/// <summary>The figures of a measurement in the order in which they are printed, as a table or one JSON object.</summary>
internal sealed class Report
{
    private readonly List<(string Name, Unit Unit, double? Value)> _figures = [];

    public required string Command { get; init; }

    public required string Server { get; init; }

    public required string Room { get; init; }

    /// <summary>A fault of the server, which makes the measurement fail; null if there is none.</summary>
    public string? Failure { get; set; }

    /// <summary>Adds a figure; null if it could not be measured.</summary>
    public Report Add(string name, Unit unit, double? value)
    {
        _figures.Add((name, unit, value));
        return this;
    }

    /// <summary>Adds a count, the time, and the rate.</summary>
    public Report AddRate(string name, long count, TimeSpan time)
    {
        Add(name, Unit.Count, count);
        return Add(name, Unit.PerSecond, time > TimeSpan.Zero ? count / time.TotalSeconds : null);
    }

    public Report AddMegabytes(string name, long bytes, TimeSpan time) =>
        Add(name, Unit.MegabytesPerSecond, time > TimeSpan.Zero ? bytes / 1e6 / time.TotalSeconds : null);

    public Report AddPercentiles(string name, LatencyHistogram latencies, params double[] percentiles)
    {
        foreach (var percentile in percentiles)
            Add(FormattableString.Invariant($"{name} p{percentile}"), Unit.Milliseconds, latencies.Count == 0 ? null : latencies.MillisecondsAt(percentile));
        return Add($"{name} max", Unit.Milliseconds, latencies.Count == 0 ? null : latencies.MaxMilliseconds);
    }

    /// <summary>Adds the server's processor time and memory, if its process can be examined.</summary>
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
            AsTable().WriteTo(writer, TerminalStyle.ForOutput());
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
