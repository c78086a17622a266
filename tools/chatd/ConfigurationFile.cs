using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatProtocol.Server;

namespace ChatProtocol.Tools;

/// <summary>Reads a configuration from a JSON file: the settings by their names, and nothing else.</summary>
internal static class ConfigurationFile
{
    public static readonly JsonNamingPolicy Naming = JsonNamingPolicy.KebabCaseLower;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly Dictionary<string, PropertyInfo> Settings =
        typeof(Configuration).GetProperties().ToDictionary(property => Naming.ConvertName(property.Name));

    /// <exception cref="ServerException">It is missing, or something in it cannot be meant.</exception>
    public static Configuration Read(string path)
    {
        using var json = Parse(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw Mistake(path, "it has to be an object: { \"listen\": [\"tcp://127.0.0.1:9999\"] }");
        foreach (var setting in json.RootElement.EnumerateObject())
            Check(path, setting);
        return json.Deserialize(ConfigurationJson.Default.Configuration)!;
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
        }
        catch (JsonException e)
        {
            throw Mistake(path, $"line {e.LineNumber + 1} is no JSON");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Mistake(path, "it does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Mistake(path, Reason.Of(e));
        }
    }

    private static void Check(string path, JsonProperty setting)
    {
        if (!Settings.TryGetValue(setting.Name, out var known))
            throw Mistake(path, $"unknown setting '{setting.Name}'; there are {string.Join(", ", Settings.Keys)}");
        var (isRight, expected) = known.PropertyType switch
        {
            var type when type == typeof(string) => (setting.Value.ValueKind == JsonValueKind.String, "a string"),
            var type when type == typeof(int?) => (setting.Value.ValueKind == JsonValueKind.Number && setting.Value.TryGetInt32(out _), "a whole number"),
            var type when type == typeof(bool?) => (setting.Value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false"),
            _ when known.Name == nameof(Configuration.Limit) => (IsObjectOfLimits(setting.Value), "an object such as { \"connections\": 64, \"posts\": \"5/s,50\" }"),
            _ => (IsListOfStrings(setting.Value), "a list of strings"),
        };
        if (!isRight)
            throw Mistake(path, $"{setting.Name} has to be {expected}");
    }

    private static bool IsListOfStrings(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);

    private static bool IsObjectOfLimits(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(row => row.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number);

    private static ServerException Mistake(string path, string mistake) =>
        ServerException.WrongUsage($"the configuration {path} cannot be used: {mistake}");
}

/// <summary>How a configuration is read, made when chatd is built: the native program has no reflection to find it out by. As lenient as the first reading.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(Configuration))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
