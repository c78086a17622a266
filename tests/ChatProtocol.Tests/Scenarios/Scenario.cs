using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>A conversation of <c>spec/scenarios</c>.</summary>
internal sealed record Scenario(string Name, string Title, IReadOnlyList<string> Requirements, IReadOnlyList<string> Needs, IReadOnlyList<string> Chatd, IReadOnlyList<JsonObject> Steps)
{
    public static string Folder { get; } = Repository.PathOf("spec", "scenarios");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public static Scenario Read(string name)
    {
        var file = JsonNode.Parse(Text(name))!.AsObject();
        return new Scenario(
            file["scenario"]!.GetValue<string>(), file["title"]!.GetValue<string>(), Strings(file["requirements"]), Strings(file["needs"]), Strings(file["chatd"]),
            [.. file["steps"]!.AsArray().Select(step => step!.AsObject())]);
    }

    public static List<string> FaultsOf(string name)
    {
        using var document = JsonDocument.Parse(Text(name));
        return JsonSchema.FaultsOf(document.RootElement);
    }

    private static string Text(string name) => File.ReadAllText(Path.Combine(Folder, $"{name}.json"));

    private static List<string> Strings(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item!.GetValue<string>())];
}
