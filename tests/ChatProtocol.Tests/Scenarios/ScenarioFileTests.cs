using Xunit;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>The files of <c>spec/scenarios</c>, and their grid. With UPDATE_README=1 in the environment the grid is made.</summary>
public sealed class ScenarioFileTests
{
    private static readonly string[] Subjects = ["do", "await", "shows", "hears", "never", "network", "server", "admin"];

    private static readonly string Readme = Path.Combine(Scenario.Folder, "README.md");

    public static TheoryData<string> Names => [.. Scenario.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_has_the_form_of_its_schema_and_names_requirements_that_there_are(string name)
    {
        Assert.Empty(Scenario.FaultsOf(name));
        var scenario = Scenario.Read(name);
        Assert.Equal(name, scenario.Name);
        Assert.Empty(scenario.Requirements.Except(SpecText.Requirements.Select(requirement => requirement.Id)));
        Assert.All(scenario.Steps, step => Assert.Single(step, field => Subjects.Contains(field.Key)));
        Assert.All(scenario.Steps, step => Assert.True(step.ContainsKey("client") != (step.ContainsKey("server") || step.ContainsKey("admin") || step.ContainsKey("await")), step.ToJsonString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_grid_has_each_scenario_and_which_client_runs_it()
    {
        var offers = new Dictionary<string, IReadOnlySet<string>>();
        foreach (var driver in ScenarioDrivers.Names)
            await using (var started = await ScenarioDrivers.StartAsync(driver, _ => { }))
                offers[driver] = started.Offers;
        IEnumerable<string> rows = Scenario.Names.Select(Scenario.Read).Select(scenario =>
            $"| [{scenario.Name}]({scenario.Name}.json) | {scenario.Title} | {string.Join(" | ", ScenarioDrivers.Names.Select(driver => scenario.Needs.All(offers[driver].Contains) ? "✓" : "–"))} |");

        var readme = File.ReadAllLines(Readme).ToList();
        var first = readme.IndexOf("<!-- made by ScenarioFileTests -->") + 3;
        var shown = readme.Skip(first).TakeWhile(line => line.StartsWith('|')).ToList();
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            readme[first - 2] = $"| scenario | what happens | {string.Join(" | ", ScenarioDrivers.Names)} |";
            readme[first - 1] = $"|---|---|{string.Concat(ScenarioDrivers.Names.Select(_ => "---|"))}";
            readme.RemoveRange(first, shown.Count);
            readme.InsertRange(first, rows);
            File.WriteAllLines(Readme, readme);
        }
        else
            Assert.Equal(rows, shown);
    }
}
