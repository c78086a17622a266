using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ChatProtocol.Tests;

/// <summary>The tables of <c>spec/registry</c>.</summary>
internal static class Registry
{
    public static IReadOnlyList<MessageEntry> Messages { get; } = Load<MessageEntry>("messages");

    public static IReadOnlyList<ErrorEntry> Errors { get; } = Load<ErrorEntry>("errors");

    public static IReadOnlyList<LimitEntry> Limits { get; } = Load<LimitEntry>("limits");

    public static IReadOnlyList<ByeEntry> Byes { get; } = Load<ByeEntry>("bye");

    public static IReadOnlyList<HiddenField> Hidden { get; } = Load<HiddenField>("hidden");

    public static IReadOnlyList<string> Capabilities { get; } = [.. Load<CapabilityEntry>("capabilities").Select(entry => entry.Name)];

    public static IReadOnlyList<JsonObject> States { get; } = Load<JsonObject>("states");

    /// <summary>A C# name as the spec writes it: <c>RoomInfo</c> is <c>room-info</c>.</summary>
    public static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    private static List<T> Load<T>(string name) =>
        JsonSerializer.Deserialize<List<T>>(File.ReadAllText(Repository.PathOf("spec", "registry", name + ".json")), SpecJson.Options)!;
}

internal static class SpecJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}

internal sealed record CapabilityEntry(string Name);

internal sealed record MessageEntry(int Code, string Name, string Direction, string Kind, string? AnsweredBy, string? Asker, int Since, string Section, IReadOnlyList<FieldEntry> Fields)
{
    /// <summary>The array as the spec and the comments in the code write it.</summary>
    public string Shape => $"[{string.Join(", ", Fields.Select(f => f.Shape).Prepend($"{Code}"))}]";
}

internal sealed record FieldEntry(string Name, string Type, bool Optional, JsonNode? Limit, bool Exact, string? Item, IReadOnlyList<FieldEntry>? Items, JsonNode? Default, int Least = 0)
{
    public string Shape => this switch
    {
        { Items: not null } => $"[[{string.Join(", ", Items.Select(i => i.Shape))}]…]",
        { Item: not null } => $"[{Item}…]",
        { Type: "map" } => "{limit: number…}",
        _ => Optional ? Name + "?" : Name,
    };
}

internal sealed record ErrorEntry(int Code, string Name, string Class, string Retry, bool Closes, string? ClosesWhen, string Meaning);

internal sealed record LimitEntry(string Name, string Unit, int Default, int Floor, int Ceiling, string Meaning);

internal sealed record ByeEntry(int Code, string Name, string Back, string Meaning);

/// <summary>A field that no trace tells: a secret, or words that are told only if asked for.</summary>
internal sealed record HiddenField(string Message, string Field, string Holds);
