using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatProtocol.Tests;

/// <summary>
/// A JSON Schema of <c>spec/schemas</c>, in the part of draft 2020-12 that those use; another keyword is an error. A field that no
/// schema describes is a fault as well: programs have to accept it, but it has to be described.
/// </summary>
internal sealed class JsonSchema
{
    private static readonly string[] Notes = ["$schema", "$id", "$defs", "description"];

    private readonly JsonElement _root;

    private JsonSchema(JsonElement root) => _root = root;

    public static IEnumerable<string> All => Directory.EnumerateFiles(Repository.PathOf("spec", "schemas"), "*.schema.json")
        .Select(path => Path.GetFileName(path)[..^".schema.json".Length]).Order(StringComparer.Ordinal);

    /// <summary>The schema's own name.</summary>
    public string Id => _root.GetProperty("$id").GetString()!;

    public static JsonSchema Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("spec", "schemas", $"{name}.schema.json")));
        return new JsonSchema(document.RootElement.Clone());
    }

    public static JsonSchema Parse(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        return new JsonSchema(document.RootElement.Clone());
    }

    /// <summary>The faults of an object whose <c>schema</c> names it; it is one if there is none of that name.</summary>
    public static List<string> FaultsOf(JsonElement item) =>
        item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("schema", out var name) ? [$"names no schema: {item}"]
        : All.Contains(name.GetString()) ? Read(name.GetString()!).Validate(item)
        : [$"spec/schemas has no {name}"];

    /// <summary>Where a value is not as the schema has it; empty if it is.</summary>
    public List<string> Validate(JsonElement value)
    {
        var faults = new List<string>();
        Validate(_root, value, "", faults);
        return faults;
    }

    private void Validate(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        foreach (var keyword in schema.EnumerateObject())
            if (!Notes.Contains(keyword.Name) && Fault(schema, keyword, value, path, faults) is { } fault)
                faults.Add($"{(path.Length == 0 ? "it" : path)} {fault}: {value.GetRawText()}");
    }

    private string? Fault(JsonElement schema, JsonProperty keyword, JsonElement value, string path, List<string> faults) => keyword.Name switch
    {
        "$ref" => Nested(() => Validate(Resolve(keyword.Value.GetString()!), value, path, faults)),
        "type" => Types(keyword.Value).Any(type => Is(type, value)) ? null : $"is no {keyword.Value}",
        "const" => JsonElement.DeepEquals(keyword.Value, value) ? null : $"is not {keyword.Value}",
        "enum" => keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) ? null : $"is none of {keyword.Value}",
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!, RegexOptions.ECMAScript) ? null : $"is not like {keyword.Value}",
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= keyword.Value.GetDouble() ? null : $"is below {keyword.Value}",
        "items" => value.ValueKind != JsonValueKind.Array ? null : Nested(() =>
        {
            foreach (var (item, i) in value.EnumerateArray().Select((item, i) => (item, i)))
                Validate(keyword.Value, item, string.Create(CultureInfo.InvariantCulture, $"{path}/{i}"), faults);
        }),
        "required" => value.ValueKind == JsonValueKind.Object && keyword.Value.EnumerateArray().FirstOrDefault(name => !value.TryGetProperty(name.GetString()!, out _)) is { ValueKind: JsonValueKind.String } missing
            ? $"lacks {missing}" : null,
        "properties" => value.ValueKind != JsonValueKind.Object ? null : Nested(() =>
        {
            foreach (var field in value.EnumerateObject())
                if (keyword.Value.TryGetProperty(field.Name, out var described))
                    Validate(described, field.Value, $"{path}/{field.Name}", faults);
                else if (!schema.TryGetProperty("additionalProperties", out _))
                    faults.Add($"{path}/{field.Name} is not described");
        }),
        "additionalProperties" => value.ValueKind != JsonValueKind.Object ? null : Nested(() =>
        {
            foreach (var field in value.EnumerateObject())
                if (!schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(field.Name, out _))
                    Validate(keyword.Value, field.Value, $"{path}/{field.Name}", faults);
        }),
        _ => throw new NotSupportedException($"The schema has the keyword {keyword.Name}, which this validator does not know."),
    };

    private static string? Nested(Action validate)
    {
        validate();
        return null;
    }

    private JsonElement Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate(_root, (place, name) => place.GetProperty(name));

    private static IEnumerable<string> Types(JsonElement types) =>
        types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Select(type => type.GetString()!) : [types.GetString()!];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && Math.Truncate(number) == number,
        _ => throw new NotSupportedException($"There is no type {type}."),
    };
}
