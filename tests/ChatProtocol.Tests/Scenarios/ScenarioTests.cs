using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Xunit;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>Every scenario of <c>spec/scenarios</c> with the clients of one library, against the real server over real sockets.</summary>
public abstract class ScenarioTests
{
    public static TheoryData<string> Names => [.. Scenario.Names];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task The_conversation_goes_as_it_is_written(string name)
    {
        var scenario = Scenario.Read(name);
        var views = new ConcurrentDictionary<string, ClientView>();
        ClientView ViewOf(string client) => views.GetOrAdd(client, _ => new ClientView());
        await using var driver = await StartAsync(happened => ViewOf(happened["client"]!.GetValue<string>()).Take(happened));
        if (!scenario.Needs.All(driver.Offers.Contains))
            return;

        await using var server = await ScenarioServer.StartAsync(scenario.Chatd);
        await new ScenarioRun(scenario, driver, server, ViewOf).RunAsync();
    }

    private protected abstract Task<IScenarioDriver> StartAsync(Action<JsonObject> onEvent);
}

[OneTry]
public sealed class DotnetScenarioTests : ScenarioTests
{
    private protected override Task<IScenarioDriver> StartAsync(Action<JsonObject> onEvent) => ScenarioDrivers.StartAsync("dotnet", onEvent);
}

[OneTry]
public sealed class JavaScriptScenarioTests : ScenarioTests
{
    private protected override Task<IScenarioDriver> StartAsync(Action<JsonObject> onEvent) => ScenarioDrivers.StartAsync("javascript", onEvent);
}

/// <summary>Over WebSocket, as in a browser.</summary>
[OneTry]
public sealed class JavaScriptWebSocketScenarioTests : ScenarioTests
{
    private protected override Task<IScenarioDriver> StartAsync(Action<JsonObject> onEvent) => ScenarioDrivers.StartAsync("javascript-ws", onEvent);
}

[OneTry]
public sealed class PythonScenarioTests : ScenarioTests
{
    private protected override Task<IScenarioDriver> StartAsync(Action<JsonObject> onEvent) => ScenarioDrivers.StartAsync("python", onEvent);
}
