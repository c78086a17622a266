using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// Frames as the spec's vectors write them. The names come from the registry and the values from the record's parameters,
/// by position: a field in another place than the registry says shows.
/// </summary>
internal static class FrameJson
{
    public static JsonObject Of(Frame frame)
    {
        if (frame is UnknownFrame unknown)
            return new JsonObject { ["code"] = Value(unknown.Code), ["id"] = Value(unknown.Id) };
        if (frame is UnknownEntry other)
        {
            var head = new JsonObject
            {
                ["code"] = Value(other.Code),
                ["room"] = Value(other.Room),
                ["seq"] = Value(other.Seq),
                ["time"] = Value(other.Time),
                ["from"] = Value(other.From),
                ["name"] = other.Name,
            };
            if (other.IsSaid)
                head["text"] = other.Text.ToString();
            return head;
        }
        var entry = Registry.Messages.Single(m => m.Code == frame.Code);
        return Fields(frame, entry.Fields);
    }

    private static JsonObject Fields(object record, IReadOnlyList<FieldEntry> fields)
    {
        var type = record.GetType();
        var parameters = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!.GetParameters();
        Assert.Equal(parameters.Length, fields.Count);
        return new JsonObject(fields.Zip(parameters, (field, parameter) =>
            KeyValuePair.Create(field.Name, Value(type.GetProperty(parameter.Name!)!.GetValue(record), field.Items))));
    }

    private static JsonNode? Value(object? value, IReadOnlyList<FieldEntry>? items = null) => value switch
    {
        null => null,
        bool flag => flag,
        string text => text,
        Text text => text.ToString(),
        ReadOnlyMemory<byte> bytes => Convert.ToHexStringLower(bytes.Span),
        Limits limits => new JsonObject(limits.ByName().Select(l => KeyValuePair.Create(l.Key, Value(l.Value)))),
        IEnumerable list => new JsonArray([.. list.Cast<object>().Select(i => items is null ? Value(i) : Fields(i, items))]),
        Enum number => Convert.ToInt64(number, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"No JSON for {value.GetType()}."),
    };
}
