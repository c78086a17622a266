using System.Text.Json;

namespace ChatProtocol.Tests;

/// <summary>One case of <c>spec/vectors/names.json</c>: a name, or two.</summary>
internal sealed record NameVector(
    string Id, IReadOnlyList<string> Reqs, string? Name, bool Room, string? One, string? Other, string Result, string? Error)
{
    public static IReadOnlyList<NameVector> All { get; } =
        JsonSerializer.Deserialize<List<NameVector>>(File.ReadAllText(Repository.PathOf("spec", "vectors", "names.json")), SpecJson.Options)!;
}
