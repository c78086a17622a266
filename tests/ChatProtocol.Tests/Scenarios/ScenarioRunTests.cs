using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Xunit;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>The runner finds a client out that shows its user something else than what happened.</summary>
[OneTry]
public sealed class ScenarioRunTests
{
    /// <summary>By what it does: the scenario, what becomes of an event, what becomes of an answer, and what the runner says.</summary>
    private static readonly Dictionary<string, (string Scenario, Func<JsonObject, JsonObject[]> Event, Action<JsonObject> Answer, string Says)> Liars = new()
    {
        ["shows an entry twice"] = ("first-minute", e => Is(e, "entry") ? [e, (JsonObject)e.DeepClone()] : [e], _ => { }, "came behind"),
        ["leaves an entry out"] = ("first-minute", e => Is(e, "entry") && Seq(e) == 2 ? [] : [e], _ => { }, "step 8"),
        ["shows another text"] = ("first-minute", e => [With(e, "text", "HELLO")], _ => { }, "step 6"),
        ["shows another author"] = ("first-minute", e => [With(e, "from", "mallory")], _ => { }, "step 6"),
        ["tells another seq of its post"] = ("first-minute", e => [e], a => Change(a, "seq", 7), "it.seq is 7 and not 1"),
        ["leaves entries of a page out"] = ("first-minute", e => [e], a => Change(a, "entries", new JsonArray()), "it.entries has 0 items and not 2"),
        ["goes on showing an erased text"] = ("erased-while-there", e => Is(e, "erased") ? [] : [e], _ => { }, "\"hears\""),
        ["shows what came of a refused post"] = ("counter-conflict", e => Seq(e) == 2 ? [With(e, "text", "another")] : [e], _ => { }, "step 11"),
        ["says that a refused post was stored"] = ("counter-conflict", e => [e], a => { a.Remove("error"); a["ok"] ??= new JsonObject { ["seq"] = 1 }; }, "it was not refused"),
        ["goes on showing what is void"] = ("epoch-changed", e => [With(e, "event", "rewound", "nothing")], _ => { }, "\"rewound\""),
    };

    public static TheoryData<string> Names => [.. Liars.Keys];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task A_client_fails_that(string lies)
    {
        var (name, change, answer, says) = Liars[lies];
        var scenario = Scenario.Read(name);
        var views = new ConcurrentDictionary<string, ClientView>();
        ClientView ViewOf(string client) => views.GetOrAdd(client, _ => new ClientView());
        await using var driver = new LyingDriver(change, answer, happened => ViewOf(happened["client"]!.GetValue<string>()).Take(happened));
        await using var server = await ScenarioServer.StartAsync(scenario.Chatd);

        var failure = await Record.ExceptionAsync(() => new ScenarioRun(scenario, driver, server, ViewOf) { Patience = TimeSpan.FromSeconds(3) }.RunAsync());

        Assert.NotNull(failure);
        Assert.StartsWith($"{name}, ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    private static bool Is(JsonObject happened, string name) => happened["event"]!.GetValue<string>() == name;

    private static long? Seq(JsonObject happened) => happened["seq"] is JsonValue seq ? (long)JsonLikeness.Number(seq) : null;

    private static JsonObject With(JsonObject happened, string field, string value) => With(happened, field, null, value);

    private static JsonObject With(JsonObject happened, string field, string? was, string value)
    {
        if (happened[field] is { } found && (was is null || found.GetValue<string>() == was))
            happened[field] = value;
        return happened;
    }

    private static void Change(JsonObject answer, string field, JsonNode value)
    {
        if (answer["ok"]?[field] is not null)
            answer["ok"]![field] = value.DeepClone();
    }

    private sealed class LyingDriver(Func<JsonObject, JsonObject[]> change, Action<JsonObject> answer, Action<JsonObject> onEvent) : IScenarioDriver
    {
        private readonly DotnetDriver _driver = new(happened => Array.ForEach(change(happened), onEvent));

        public IReadOnlySet<string> Offers => _driver.Offers;

        public string Scheme => _driver.Scheme;

        public async Task<JsonObject> CallAsync(JsonObject command)
        {
            var answered = await _driver.CallAsync(command);
            answer(answered);
            return answered;
        }

        public ValueTask DisposeAsync() => _driver.DisposeAsync();
    }
}
