using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ChatProtocol.Tests;

/// <summary>One case of <c>spec/vectors</c>.</summary>
internal sealed record Vector(
    string Id, IReadOnlyList<string> Reqs, string Message, string Direction, string Hex, string Result, JsonObject? Value, string? Error, bool Closes, string? Field)
{
    /// <summary>Those of frames: names have a form of their own.</summary>
    public static IEnumerable<string> Files => Directory.GetFiles(Repository.PathOf("spec", "vectors"), "*.json")
        .Select(f => Path.GetFileNameWithoutExtension(f)).Where(f => f != "names").Order();

    public static IReadOnlyList<Vector> Load(string file) =>
        JsonSerializer.Deserialize<List<Vector>>(File.ReadAllText(Repository.PathOf("spec", "vectors", file + ".json")), SpecJson.Options)!;

    [JsonIgnore]
    public byte[] Bytes => Convert.FromHexString(Hex);

    [JsonIgnore]
    public Direction From => Direction == "to-server" ? ChatProtocol.Direction.ToServer : ChatProtocol.Direction.ToClient;

    [JsonIgnore]
    public bool IsTaken => Result is "valid" or "acceptable";
}
