namespace ChatProtocol.Tests;

/// <summary>One cell of the spec's table of states: what a request gets in a state (CP-STA-001).</summary>
internal sealed record StateCell(string Request, string State, string Outcome);

/// <summary>The table of <c>spec/registry/states.json</c>, cell by cell; the row for all other requests is one for each of them.</summary>
internal static class StateTable
{
    public static IReadOnlyList<string> States { get; } = ["open", "greeted", "ready", "draining", "closed"];

    public static IEnumerable<StateCell> Cells { get; } =
        [.. Registry.States.SelectMany(row => Requests((string)row["name"]!).SelectMany(request => States.Select(state => new StateCell(request, state, (string)row[state]!))))];

    private static IEnumerable<string> Requests(string row) => row == "other"
        ? Registry.Messages.Where(m => m.Direction != "to-client").Select(m => m.Name).Except(Registry.States.Select(other => (string)other["name"]!))
        : [row];
}
