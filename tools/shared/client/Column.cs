using System.Globalization;
using System.Text.Json;

namespace ChatProtocol.Tools;

/// <summary>One column of a list: its name, and the forms of a value for people and for programs.</summary>
internal sealed record Column<T>(string Name, Func<T, string> Show, Action<Utf8JsonWriter, string, T> Write)
{
    /// <summary>Whether the table for people lacks it.</summary>
    public bool IsForProgramsOnly { get; init; }

    /// <summary>A column of text; a missing one is - for people, null for programs.</summary>
    public static Column<T> Text(string name, Func<T, string?> get) => new(
        name,
        item => get(item) ?? "-",
        (json, key, item) =>
        {
            if (get(item) is { } text)
                json.WriteText(key, text);
            else
                json.WriteNull(key);
        });

    /// <summary>A column of numbers; a missing one is - for people, null for programs.</summary>
    public static Column<T> Number(string name, Func<T, ulong?> get) => new(
        name,
        item => get(item)?.ToString(CultureInfo.InvariantCulture) ?? "-",
        (json, key, item) =>
        {
            if (get(item) is { } number)
                json.WriteNumber(key, number);
            else
                json.WriteNull(key);
        });

    /// <summary>A column of points in time: local time for people, RFC 3339 for programs; null is none.</summary>
    public static Column<T> Time(string name, Func<T, DateTimeOffset?> get) => new(
        name,
        item => get(item)?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "-",
        (json, key, item) =>
        {
            if (get(item) is { } time)
                json.WriteString(key, Json.Time(time));
            else
                json.WriteNull(key);
        });

    /// <summary>A column of spans: in words for people, in seconds for programs; null is none.</summary>
    public static Column<T> Span(string name, Func<T, TimeSpan?> get) => new(
        name,
        item => get(item) is { } span ? InWords(span) : "-",
        (json, key, item) =>
        {
            if (get(item) is { } span)
                json.WriteNumber(key, Math.Round(span.TotalSeconds, 3));
            else
                json.WriteNull(key);
        });

    /// <summary>A column of short spans: in milliseconds for people, in seconds to the microsecond for programs; null is none.</summary>
    public static Column<T> Seconds(string name, Func<T, TimeSpan?> get) => new(
        name,
        item => get(item) is { } span ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.0}ms") : "-",
        (json, key, item) =>
        {
            if (get(item) is { } span)
                json.WriteNumber(key, Math.Round((decimal)span.Ticks / TimeSpan.TicksPerSecond, 6));
            else
                json.WriteNull(key);
        });

    /// <summary>A column of rates, with one digit for people and three for programs; null is none.</summary>
    public static Column<T> Rate(string name, Func<T, double?> get) => new(
        name,
        item => get(item)?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",
        (json, key, item) =>
        {
            if (get(item) is { } rate)
                json.WriteNumber(key, Math.Round(rate, 3));
            else
                json.WriteNull(key);
        });

    /// <summary>A list within a result, for programs: an array of objects with these columns.</summary>
    public static Column<T> List<TItem>(string name, Func<T, IEnumerable<TItem>> get, params IReadOnlyList<Column<TItem>> columns) => new(
        name,
        _ => "",
        (json, key, item) =>
        {
            json.WriteStartArray(key);
            foreach (var part in get(item))
            {
                json.WriteStartObject();
                foreach (var column in columns)
                    column.Write(json, column.Name, part);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        })
    { IsForProgramsOnly = true };

    /// <summary>A column of yes and no; a missing one is - for people, null for programs.</summary>
    public static Column<T> Flag(string name, Func<T, bool?> get) => new(
        name,
        item => get(item) switch { true => "yes", false => "no", null => "-" },
        (json, key, item) =>
        {
            if (get(item) is { } flag)
                json.WriteBoolean(key, flag);
            else
                json.WriteNull(key);
        });

    /// <summary>The same column, for programs alone.</summary>
    public Column<T> ForPrograms() => this with { IsForProgramsOnly = true };

    /// <summary>The same column for a type that contains the item.</summary>
    public Column<TWhole> Of<TWhole>(Func<TWhole, T> part) =>
        new(Name, whole => Show(part(whole)), (json, key, whole) => Write(json, key, part(whole))) { IsForProgramsOnly = IsForProgramsOnly };

    /// <summary>A span in its two largest units.</summary>
    public static string InWords(TimeSpan span) => span switch
    {
        { Ticks: < 0 } => $"-{InWords(-span)}",
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds}s",
        { TotalHours: < 1 } => $"{span.Minutes}m{span.Seconds}s",
        { TotalDays: < 1 } => $"{span.Hours}h{span.Minutes}m",
        _ => $"{(int)span.TotalDays}d{span.Hours}h",
    };
}
