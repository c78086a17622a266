using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl trace: the frames of one session as they come and go.</summary>
internal sealed class TraceCommand
{
    private readonly Target _target;
    private readonly Argument<ulong> _session = new("id") { Description = "The connection's id, as list shows it" };
    private readonly Option<bool> _bodies = new("--bodies") { Description = "Show what people write as well: over the admin socket alone, as a token may not. Passwords and other secrets are never shown" };
    private readonly Option<TimeSpan?> _lasts = AdminOptions.Duration("--for", "How long to trace. Default: until the session ends", mayBeZero: false);
    private readonly Lazy<FrameRegistry> _registry = new();
    private readonly ResultSchema<Line> _schema;

    private TraceCommand(Target target)
    {
        _target = target;
        _schema = new("chatctl.trace.v1",
            Column<Line>.Time("time", l => l.Frame.Time),
            Column<Line>.Text("direction", l => l.Frame.Direction == Direction.ToServer ? "to-server" : "to-client"),
            Column<Line>.Number("code", l => (ulong)l.Frame.Code),
            Column<Line>.Text("name", NameOf),
            Column<Line>.Number("size", l => l.Frame.Size),
            Column<Line>.Number("skipped", l => l.Frame.Skipped),
            Column<Line>.Text("hidden", l => _registry.Value.HiddenOf(l.Frame.Code, l.HasBodies)),
            new Column<Line>("fields", _ => "", WriteFields));
    }

    public static Command Create(Target target) => new TraceCommand(target).ToCommand();

    private Command ToCommand()
    {
        var command = new Command("trace", "Show the frames of a connection as they come and go, decoded.") { _session, _bodies, _lasts };
        command.SetAction((parsed, stop) => _target.RunAsync(parsed, (client, results) => RunAsync(parsed, client, results, stop), stop));
        return command.WithExamples("chatctl trace 12", "chatctl trace 12 --for 30s -o json", "chatctl trace 12 --bodies -o ndjson >frames");
    }

    private async Task<int> RunAsync(ParseResult parsed, ChatClient client, ResultWriter results, CancellationToken stop)
    {
        var lasts = parsed.GetValue(_lasts);
        if (results.Form == OutputForm.Json && lasts is null)
            throw new CommandException(ExitCode.Usage, "a trace has no end, and an array has one: give --for, or take -o ndjson");
        using var over = new CancellationTokenSource(lasts ?? Timeout.InfiniteTimeSpan);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, over.Token);
        var (session, hasBodies) = (parsed.GetValue(_session), parsed.GetValue(_bodies));
        try
        {
            return await BrokenPipeMonitor.WhileThereAsync(async gone =>
            {
                await foreach (var frame in client.Admin.TraceAsync(session, hasBodies, gone))
                {
                    var line = new Line(frame, hasBodies);
                    results.Done(ToText(line), line, _schema);
                }
                return ExitCode.Done;
            }, ending.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    private IEnumerable<string> ToText(Line line)
    {
        var frame = line.Frame;
        if (frame.Skipped > 0)
            yield return $"-- {Counts.Of(frame.Skipped, "frame")} skipped, as they came faster than they were taken --";
        var time = frame.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        if (frame.Code == 0)
        {
            yield return $"{time} the session has ended";
            yield break;
        }
        var text = new StringBuilder($"{time} {(frame.Direction == Direction.ToServer ? "->" : "<-")} {NameOf(line) ?? "unknown"} ({frame.Code})  {Counts.Bytes(frame.Size)} ");
        if (frame.Payload is { } payload)
        {
            using var fields = JsonDocument.Parse(_registry.Value.FieldsOf(frame.Code, payload));
            foreach (var field in fields.RootElement.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Null))
                text.Append(CultureInfo.InvariantCulture, $" {field.Name}={field.Value.GetRawText()}");
        }
        foreach (var hidden in _registry.Value.HiddenOf(frame.Code, line.HasBodies)?.Split(',') ?? [])
            text.Append(CultureInfo.InvariantCulture, $" {hidden}=…");
        yield return text.ToString();
    }

    private string? NameOf(Line line) => line.Frame.Code == 0 ? "ended" : _registry.Value.NameOf(line.Frame.Code);

    private void WriteFields(Utf8JsonWriter json, string name, Line line)
    {
        json.WritePropertyName(name);
        if (line.Frame.Payload is { } payload)
            json.WriteRawValue(_registry.Value.FieldsOf(line.Frame.Code, payload));
        else
            json.WriteNullValue();
    }

    private sealed record Line(TracedFrame Frame, bool HasBodies);
}
