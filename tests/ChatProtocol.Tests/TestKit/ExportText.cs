using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ChatProtocol.Tests;

/// <summary>The lines of an export, made and read by what chapter 17 of the spec says and by nothing of the server.</summary>
internal static partial class ExportText
{
    private const int TailLength = 75;

    /// <summary>The example of the spec.</summary>
    public static string[] Example => File.ReadAllLines(Repository.PathOf("spec", "vectors", "export", "server.ndjson"));

    /// <summary>A line without its hash.</summary>
    public static string Body(string line) => line[..^TailLength] + "}";

    /// <summary>Lines with the hashes that follow from them, as somebody would make them who knows how.</summary>
    public static string[] Chain(IEnumerable<string> bodies)
    {
        var before = new byte[32];
        return [.. bodies.Select(body =>
        {
            before = SHA256.HashData([.. before, .. Encoding.UTF8.GetBytes(body[..^1])]);
            return $"{body[..^1]},\"hash\":\"{Convert.ToHexStringLower(before)}\"}}";
        })];
    }

    /// <summary>The same lines with some of them changed, and the hashes that follow.</summary>
    public static string[] Change(IEnumerable<string> lines, Func<IReadOnlyList<string>, IEnumerable<string>> change) => Chain(change([.. lines.Select(Body)]));

    /// <summary>Whether every hash follows from the lines before.</summary>
    public static bool IsWhole(string[] lines) => Chain(lines.Select(Body)).SequenceEqual(lines);

    public static JsonElement Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.Clone();
    }

    /// <summary>What has to be the same in an export of the importing server: everything but the header, and the rooms' epochs.</summary>
    public static string[] Lasting(IEnumerable<string> lines) => [.. lines.Skip(1).Select(line => Epochs().Replace(Body(line), ""))];

    /// <summary>A line with one field changed.</summary>
    public static string With(string body, string field, JsonNode? value)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        if (value is null)
            json.Remove(field);
        else
            json[field] = value;
        return json.ToJsonString();
    }

    public static Task WriteAsync(string path, IEnumerable<string> lines) => File.WriteAllTextAsync(path, string.Concat(lines.Select(line => line + "\n")));

    [GeneratedRegex("""(,"epoch":\d+|,"epoch-first":\d+)""")]
    private static partial Regex Epochs();
}
