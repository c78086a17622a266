using System.Buffers;
using System.Text.Json;
using MessagePack;

namespace ChatProtocol.Tools;

/// <summary>The frames by their names in the spec's registry, which shows them without knowing any. Immutable.</summary>
internal sealed class FrameRegistry
{
    /// <summary>The items that an entry of every kind begins with.</summary>
    private static readonly string[] HeadOfEntry = ["room", "seq", "time", "from", "name"];

    private readonly Dictionary<int, JsonElement> _messages;
    private readonly ILookup<string, (string Field, bool IsSecret)> _hidden;

    public FrameRegistry()
    {
        _messages = Read("messages.json").EnumerateArray().ToDictionary(message => message.GetProperty("code").GetInt32());
        _hidden = Read("hidden.json").EnumerateArray().ToLookup(
            one => one.GetProperty("message").GetString()!, one => (one.GetProperty("field").GetString()!, one.GetProperty("holds").GetString() == "secret"));
    }

    /// <summary>The name of a frame; null for one that this version does not know.</summary>
    public string? NameOf(int code) => _messages.TryGetValue(code, out var message) ? message.GetProperty("name").GetString() : null;

    /// <summary>The fields of such a frame that a trace does not tell, with commas between; null for none.</summary>
    public string? HiddenOf(int code, bool showsWords) =>
        NameOf(code) is { } name && _hidden[name].Where(one => one.IsSecret || !showsWords).Select(one => one.Field).ToList() is { Count: > 0 } fields ? string.Join(',', fields) : null;

    /// <summary>The fields of a payload as a JSON object; what the registry does not name has its place as its name.</summary>
    public string FieldsOf(int code, ReadOnlyMemory<byte> payload)
    {
        return Json.Object(json =>
        {
            var reader = new MessagePackReader(payload);
            var items = reader.ReadArrayHeader();
            reader.Skip();
            var fields = _messages.TryGetValue(code, out var message) ? message.GetProperty("fields") : default(JsonElement?);
            WriteItems(json, ref reader, items - 1, fields, Entry.IsEntryCode(code) ? HeadOfEntry : []);
        });
    }

    private static void WriteItems(Utf8JsonWriter json, ref MessagePackReader reader, int count, JsonElement? fields, string[] others)
    {
        for (var place = 0; place < count; place++)
        {
            var field = fields is { } known && place < known.GetArrayLength() ? known[place] : default(JsonElement?);
            WriteItem(json, field?.GetProperty("name").GetString() ?? others.ElementAtOrDefault(place) ?? $"{place + 1}", ref reader,
                field is { } one && one.TryGetProperty("items", out var items) ? items : null);
        }
    }

    private static void WriteItem(Utf8JsonWriter json, string? name, ref MessagePackReader reader, JsonElement? items)
    {
        if (name is not null && reader.NextMessagePackType != MessagePackType.String)
            json.WritePropertyName(name);
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Integer:
                json.WriteNumberValue(reader.ReadUInt64());
                break;
            case MessagePackType.Boolean:
                json.WriteBooleanValue(reader.ReadBoolean());
                break;
            case MessagePackType.String when name is not null:
                json.WriteText(name, reader.ReadString() ?? "");
                break;
            case MessagePackType.String:
                json.WriteStringValue(reader.ReadString());
                break;
            case MessagePackType.Binary:
                json.WriteStringValue(Convert.ToHexStringLower(reader.ReadBytes()!.Value.ToArray()));
                break;
            case MessagePackType.Array:
                WriteList(json, ref reader, items);
                break;
            case MessagePackType.Map:
                WriteMap(json, ref reader);
                break;
            default:
                reader.Skip();
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter json, ref MessagePackReader reader, JsonElement? items)
    {
        json.WriteStartArray();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
            if (items is not null && reader.NextMessagePackType == MessagePackType.Array)
            {
                json.WriteStartObject();
                WriteItems(json, ref reader, reader.ReadArrayHeader(), items, []);
                json.WriteEndObject();
            }
            else
            {
                WriteItem(json, name: null, ref reader, items: null);
            }
        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, ref MessagePackReader reader)
    {
        json.WriteStartObject();
        for (var left = reader.ReadMapHeader(); left > 0; left--)
            WriteItem(json, reader.ReadString() ?? "", ref reader, items: null);
        json.WriteEndObject();
    }

    private static JsonElement Read(string name)
    {
        using var stream = typeof(FrameRegistry).Assembly.GetManifestResourceStream(name)!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
