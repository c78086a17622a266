using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ChatProtocol.Client;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>The SDK as a driver, in the tests' own process.</summary>
internal sealed class DotnetDriver(Action<JsonObject> onEvent) : IScenarioDriver
{
    private readonly ConcurrentDictionary<string, DotnetClient> _clients = [];

    public IReadOnlySet<string> Offers { get; } = new HashSet<string> { "publisher", "keys", "inbox", "presence", "silence", "stream", "amendments", "markers" };

    public string Scheme => "chat";

    public async Task<JsonObject> CallAsync(JsonObject command)
    {
        try
        {
            return new JsonObject { ["ok"] = await RunAsync(command) };
        }
        catch (ChatException refused)
        {
            var error = new JsonObject
            {
                ["code"] = refused.Code is { } code ? Registry.Kebab(code.ToString()) : "disconnected",
                ["value"] = refused.Value,
                ["outcome"] = Registry.Kebab(refused.Outcome.ToString()),
                ["text"] = refused.Message,
            };
            return new JsonObject { ["error"] = error };
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
            await client.DisposeAsync();
    }

    private async Task<JsonObject> RunAsync(JsonObject command)
    {
        var name = DotnetClient.Text(command, "client")!;
        if (DotnetClient.Text(command, "do") != "connect")
            return await _clients[name].RunAsync(command);
        var client = await DotnetClient.ConnectAsync(name, command, onEvent);
        if (_clients.TryRemove(name, out var before))
            await before.DisposeAsync();
        _clients[name] = client;
        return new JsonObject { ["name"] = client.Name };
    }
}
