using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChatProtocol.Tools;

/// <summary>Writes JSON for programs and people: in UTF-8, with characters outside ASCII unescaped.</summary>
internal static class Json
{
    public static string Object(Action<Utf8JsonWriter> writeFields) => Write(json =>
    {
        json.WriteStartObject();
        writeFields(json);
        json.WriteEndObject();
    });

    public static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>
    /// Writes a text with its characters outside ASCII unescaped, emoji too, which every encoder of the library escapes.
    /// </summary>
    public static void WriteText(this Utf8JsonWriter json, string name, string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                // Line separators would end a line for some readers; DEL and C1 could control a terminal.
                < ' ' or (>= '\x7f' and < '\xa0') or '\u2028' or '\u2029' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        json.WritePropertyName(name);
        json.WriteRawValue(quoted.Append('"').ToString(), skipInputValidation: true);
    }

    /// <summary>A point in time as RFC 3339 in UTC, to the millisecond.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
