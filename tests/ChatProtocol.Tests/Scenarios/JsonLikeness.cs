using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>Whether something is as a scenario expects: an object may have more fields, a list has the same length, a value is equal.</summary>
internal static class JsonLikeness
{
    /// <summary>Where the two differ; null if they do not.</summary>
    /// <param name="wanted">What is expected.</param>
    /// <param name="found">What there is.</param>
    /// <param name="path">Where the two are, for the words.</param>
    /// <param name="mayHaveMore">Whether a list may have more items, in any order.</param>
    public static string? Fault(JsonNode? wanted, JsonNode? found, string path = "it", bool mayHaveMore = false) => (wanted, found) switch
    {
        (JsonObject fields, JsonObject others) =>
            fields.Select(field => Fault(field.Value, others[field.Key], $"{path}.{field.Key}", mayHaveMore)).FirstOrDefault(fault => fault is not null),
        (JsonArray items, JsonArray others) when mayHaveMore => items.FirstOrDefault(item => !others.Any(other => Same(item, other))) is { } missing
            ? $"{path} has no {missing.ToJsonString()}" : null,
        (JsonArray items, JsonArray others) => items.Count != others.Count
            ? $"{path} has {others.Count} items and not {items.Count}"
            : items.Select((item, i) => Fault(item, others[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"))).FirstOrDefault(fault => fault is not null),
        _ => Same(wanted, found) ? null : $"{path} is {found?.ToJsonString() ?? "not there"} and not {wanted?.ToJsonString() ?? "null"}",
    };

    /// <summary>A number, whether it was parsed or made here.</summary>
    public static decimal Number(JsonValue value) => decimal.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static bool Same(JsonNode? wanted, JsonNode? found) =>
        wanted is JsonValue one && found is JsonValue other && one.GetValueKind() == JsonValueKind.Number && other.GetValueKind() == JsonValueKind.Number
            ? Number(one) == Number(other)
            : JsonNode.DeepEquals(wanted, found);
}
