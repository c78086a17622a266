using System.Text.Json.Nodes;

namespace ChatProtocol.Tests;

/// <summary>One cell of the spec's table of states: what a request gets in a state (CP-STA-001).</summary>
internal sealed record StateCell(string Request, string State, string Outcome);

/// <summary>The table of <c>spec/registry/states.json</c>, cell by cell.</summary>
internal static class StateTable
{
    private static readonly string[] States = ["open", "greeted", "ready", "draining", "closed"];

    public static IEnumerable<StateCell> Cells { get; } =
        [.. Rows.SelectMany(row => States.Select(state => new StateCell((string)row["name"]!, state, (string)row[state]!)))];

    private static IEnumerable<JsonObject> Rows =>
        JsonNode.Parse(File.ReadAllText(Repository.PathOf("spec", "registry", "states.json")))!.AsArray().Select(row => row!.AsObject());
}
