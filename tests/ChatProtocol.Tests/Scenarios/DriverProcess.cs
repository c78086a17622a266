using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>A driver that is a program: commands on its standard input, answers and events on its standard output, one JSON object a line.</summary>
internal sealed class DriverProcess : IScenarioDriver
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ToolProcess _process;
    private readonly Action<JsonObject> _onEvent;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonObject>> _underWay = [];
    private readonly Task _reading;
    private long _last;

    private DriverProcess(ToolProcess process, JsonNode first, Action<JsonObject> onEvent)
    {
        (_process, _onEvent) = (process, onEvent);
        Offers = first["offers"]!.AsArray().Select(item => item!.GetValue<string>()).ToHashSet();
        Scheme = first["scheme"]?.GetValue<string>() ?? "chat";
        _reading = ReadAsync();
    }

    public IReadOnlySet<string> Offers { get; }

    public string Scheme { get; }

    /// <summary>Starts it and waits for its first line, which says what it offers.</summary>
    public static async Task<DriverProcess> StartAsync(string[] command, Action<JsonObject> onEvent)
    {
        var process = ToolProcess.Start(command[0], command[1..], new Dictionary<string, string>());
        if (await process.ReadLineAsync() is not { } line)
            throw new InvalidOperationException($"{string.Join(' ', command)} said nothing: {(await process.EndAsync()).Error}");
        return new DriverProcess(process, JsonNode.Parse(line)!, onEvent);
    }

    public async Task<JsonObject> CallAsync(JsonObject command)
    {
        var id = Interlocked.Increment(ref _last);
        command["id"] = id;
        var answer = _underWay[id] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        // One line at a time: the runner gives no command before it has given the one before.
        await _process.Input.WriteAsync(Encoding.UTF8.GetBytes(command.ToJsonString(Plain) + "\n"));
        await _process.Input.FlushAsync();
        return await answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Input.Close();
        await _process.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        string? last = null;
        try
        {
            while (await _process.ReadLineAsync() is { } line)
                Take(JsonNode.Parse(last = line)!.AsObject());
        }
        catch (Exception e) when (e is JsonException or OperationCanceledException or InvalidOperationException)
        {
            Fail($"it wrote '{last}': {e.Message}");
        }
        Fail("it has ended");
    }

    private void Take(JsonObject line)
    {
        if (line["id"] is { } id && _underWay.TryRemove(id.GetValue<long>(), out var answer))
            answer.SetResult(line);
        else
            _onEvent(line);
    }

    private void Fail(string why)
    {
        foreach (var id in _underWay.Keys)
            if (_underWay.TryRemove(id, out var answer))
                answer.SetException(new InvalidOperationException($"the driver does not answer: {why}"));
    }
}
