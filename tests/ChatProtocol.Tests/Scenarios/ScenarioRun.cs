using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>One run of a scenario with the clients of one library.</summary>
internal sealed class ScenarioRun(Scenario scenario, IScenarioDriver driver, ScenarioServer server, Func<string, ClientView> viewOf)
{
    // Fields for the runner, which are no part of a client's command.
    private static readonly string[] Own = ["note", "later", "keep", "gives", "refused", "value", "secret"];

    private readonly Dictionary<string, Task<JsonObject>> _later = [];
    private readonly Dictionary<string, JsonNode?> _kept = [];

    /// <summary>The last expectation of each room of each client, which holds in the end as well.</summary>
    private readonly Dictionary<(string Client, string Room), Func<IReadOnlyList<JsonObject>, string?>> _lastShown = [];
    private readonly HashSet<string> _present = [];

    /// <summary>How long each step may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    public async Task RunAsync()
    {
        for (var i = 0; i < scenario.Steps.Count; i++)
        {
            var step = Resolve(scenario.Steps[i]);
            var place = $"{scenario.Name}, step {i + 1} {scenario.Steps[i].ToJsonString()}";
            using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            late.CancelAfter(Patience);
            try
            {
                await RunAsync(step, late.Token).WaitAsync(late.Token);
            }
            catch (Exception e)
            {
                Assert.Fail($"{place}: {(e is OperationCanceledException ? "it did not come to this in time" : e.Message)}\n{Describe()}");
            }
            CheckViews(place);
        }
        await EndAsync();
    }

    private Task RunAsync(JsonObject step, CancellationToken stop) => step switch
    {
        _ when Text(step, "network") is { } how => server.DisturbAsync(Text(step, "client")!, how, stop),
        _ when Text(step, "server") is { } what => server.OperateAsync(what, stop),
        _ when step.ContainsKey("admin") => server.AdministerAsync(step, stop),
        _ when Text(step, "await") is { } later => ExpectAsync(step, _later[later]),
        _ when step["hears"] is JsonObject happened => viewOf(Text(step, "client")!).HearsAsync(happened, stop),
        _ when Text(step, "never") is { } name => NeverAsync(Text(step, "client")!, name),
        _ when step["shows"] is { } shown => ShowsAsync(step, shown, stop),
        _ => CommandAsync(step),
    };

    private async Task CommandAsync(JsonObject step)
    {
        var (client, what) = (Text(step, "client")!, Text(step, "do")!);
        if (what == "join" && !step.ContainsKey("refused"))
            viewOf(client).Clear(Text(step, "room")!);
        if (what == "connect")
            viewOf(client).HasEnded = false;
        var answer = driver.CallAsync(Command(step, client, what));
        if (Text(step, "later") is { } later)
            _later[later] = answer;
        else
            await ExpectAsync(step, answer);
        if (what == "connect" && !step.ContainsKey("refused"))
            _present.Add(client);
        if (what is "quit" or "close")
            _present.Remove(client);
    }

    private JsonObject Command(JsonObject step, string client, string what)
    {
        var command = new JsonObject(step.Where(field => !Own.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        if (what != "connect")
            return command;
        var name = Text(step, "name") ?? client;
        command["name"] = name;
        command["address"] = server.AddressFor(client, driver.Scheme);
        command["secret"] = Convert.ToHexStringLower(Hash(Text(step, "secret") ?? name));
        if (Text(step, "publisher") is { } publisher)
            command["publisher"] = Convert.ToHexStringLower(Hash($"publisher {publisher}")[..16]);
        return command;
    }

    private async Task ExpectAsync(JsonObject step, Task<JsonObject> answering)
    {
        var answer = await answering;
        if (Text(step, "refused") is { } code)
        {
            var error = answer["error"] ?? throw new InvalidOperationException($"it was not refused: {answer.ToJsonString()}");
            Agree(new JsonObject { ["code"] = code }, error);
            if (step["value"] is { } value)
                Agree(new JsonObject { ["value"] = value.DeepClone() }, error);
            return;
        }
        if (answer["error"] is { } refused)
            throw new InvalidOperationException($"it failed: {refused.ToJsonString()}");
        if (step["gives"] is { } gives)
            Agree(gives, answer["ok"]);
        if (Text(step, "keep") is { } name)
            _kept[name] = answer["ok"]!.DeepClone();
    }

    private static void Agree(JsonNode wanted, JsonNode? found)
    {
        if (JsonLikeness.Fault(wanted, found) is { } fault)
            throw new InvalidOperationException($"{fault}: {found?.ToJsonString()}");
    }

    private Task ShowsAsync(JsonObject step, JsonNode shown, CancellationToken stop)
    {
        var (client, room) = (Text(step, "client")!, Text(step, "room")!);
        Func<IReadOnlyList<JsonObject>, string?> fault = shown switch
        {
            JsonArray entries => found => JsonLikeness.Fault(entries, new JsonArray([.. found.Select(entry => entry.DeepClone())])),
            JsonObject many when many["at-least"] is { } count => found => found.Count >= count.GetValue<int>() ? null : $"there are {found.Count}",
            JsonObject many => found => Texts(many).SequenceEqual(found.Select(entry => Text(entry, "text"))) ? null : $"there are {found.Count} of them",
            _ => throw new NotSupportedException($"shows cannot be {shown.ToJsonString()}"),
        };
        _lastShown[(client, room)] = fault;
        return viewOf(client).ShowsAsync(room, found => fault(found) is null, stop);
    }

    private Task NeverAsync(string client, string name) =>
        viewOf(client).WasTold(name) ? throw new InvalidOperationException($"{client} was told {name}") : Task.CompletedTask;

    private static IEnumerable<string> Texts(JsonObject many) => Enumerable.Range(1, many["count"]!.GetValue<int>()).Select(number => $"{Text(many, "text")} {number}");

    /// <summary>Nothing has come since that should not have.</summary>
    private async Task EndAsync()
    {
        foreach (var client in _present.Where(client => !viewOf(client).HasEnded))
            await driver.CallAsync(new JsonObject { ["do"] = "ping", ["client"] = client }).WaitAsync(Patience);
        foreach (var (client, room) in _lastShown.Keys)
            if (_lastShown[(client, room)](viewOf(client).Entries(room)) is { } fault)
                Assert.Fail($"{scenario.Name}, at the end: of what {client} shows of {room} {fault}\n{Describe()}");
        CheckViews($"{scenario.Name}, at the end");
    }

    private void CheckViews(string place)
    {
        foreach (var client in _present)
            Assert.True(viewOf(client).Faults.Count == 0, $"{place}: {client} shows what it may not: {string.Join("; ", viewOf(client).Faults)}");
    }

    /// <summary>The screens of all clients.</summary>
    private string Describe() => string.Join('\n', _lastShown.Keys.Select(shown =>
            $"  {shown.Client} shows of {shown.Room}:\n    {string.Join("\n    ", viewOf(shown.Client).Entries(shown.Room).TakeLast(20).Select(entry => entry.ToJsonString()))}")
        .Concat(_present.Select(client => $"  {client} was told besides:\n    {viewOf(client).Unheard()}"))
        .Concat(_present.SelectMany(client => viewOf(client).Faults)));

    /// <summary>A text such as <c>$before.epoch</c> stands for a field of an answer that was kept.</summary>
    private JsonObject Resolve(JsonObject step) => new(step.Select(field => KeyValuePair.Create(
        field.Key,
        field.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.StartsWith('$') && text.Split('.') is [var name, var part]
            ? _kept[name[1..]]![part]?.DeepClone()
            : field.Value?.DeepClone())));

    private static byte[] Hash(string words) => SHA256.HashData(Encoding.UTF8.GetBytes(words));

    private static string? Text(JsonObject step, string field) => step[field]?.GetValue<string>();
}
