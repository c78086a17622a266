using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Tools;

/// <summary>
/// What <c>--limit</c> says: <c>NAME=VALUE</c> for everybody else, <c>near:NAME=VALUE</c> for the same machine. A value is a
/// number, a rate with what may be used at once such as <c>5/s,50</c>, or <c>none</c>.
/// </summary>
internal static class BoundsOption
{
    private const string Near = "near:";

    private static readonly Dictionary<string, Func<Bounds, string, Bounds>> Rows = new()
    {
        ["connections"] = (bounds, value) => bounds with { Connections = ToCount(value) },
        ["pending"] = (bounds, value) => bounds with { Pending = ToCount(value) },
        ["silent"] = (bounds, value) => bounds with { Silent = ToCount(value) },
        ["logins"] = (bounds, value) => bounds with { Logins = ToRate(value) },
        ["principals"] = (bounds, value) => bounds with { Principals = ToRate(value) },
        ["rooms"] = (bounds, value) => bounds with { Rooms = ToRate(value) },
        ["renames"] = (bounds, value) => bounds with { Renames = ToRate(value) },
        ["correspondents"] = (bounds, value) => bounds with { Correspondents = ToRate(value) },
        ["blocks"] = (bounds, value) => bounds with { Blocks = ToRate(value) },
        ["posts"] = (bounds, value) => bounds with { Posts = ToRate(value) },
        ["post-bytes"] = (bounds, value) => bounds with { PostBytes = ToRate(value) },
        ["address-posts"] = (bounds, value) => bounds with { AddressPosts = ToRate(value) },
        ["address-post-bytes"] = (bounds, value) => bounds with { AddressPostBytes = ToRate(value) },
    };

    /// <summary>Changes the defaults as it is said; of two that say something of one row the later counts.</summary>
    /// <exception cref="ServerException">One of them says nothing that can be meant.</exception>
    public static ServerOptions Apply(ServerOptions options, IEnumerable<string> limits)
    {
        foreach (var limit in limits)
            options = limit.StartsWith(Near, StringComparison.Ordinal)
                ? options with { Near = Apply(options.Near, limit, limit[Near.Length..]) }
                : options with { Far = Apply(options.Far, limit, limit) };
        return options;
    }

    /// <summary>Parts a list at its commas; one inside a rate, as in <c>posts=5/s,50</c>, parts nothing.</summary>
    public static IReadOnlyList<string> Split(IEnumerable<string> pieces)
    {
        var limits = new List<string>();
        foreach (var piece in pieces)
            if (limits.Count > 0 && !piece.Contains('=', StringComparison.Ordinal))
                limits[^1] += $",{piece}";
            else
                limits.Add(piece);
        return limits;
    }

    private static Bounds Apply(Bounds bounds, string limit, string nameAndValue)
    {
        var equals = nameAndValue.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            throw ServerException.WrongUsage($"limit {limit}: use NAME=VALUE, such as connections=64 or posts=5/s,50");
        if (!Rows.TryGetValue(nameAndValue[..equals], out var row))
            throw ServerException.WrongUsage($"limit {limit}: there is no '{nameAndValue[..equals]}'; there are {string.Join(", ", Rows.Keys)}, each with {Near} before it for the same machine");
        try
        {
            return row(bounds, nameAndValue[(equals + 1)..].Trim());
        }
        catch (FormatException e)
        {
            throw ServerException.WrongUsage($"limit {limit}: {e.Message}");
        }
    }

    private static int ToCount(string value) =>
        value == "none" ? int.MaxValue
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw new FormatException("use a number above 0, or none");

    private static Rate ToRate(string value)
    {
        if (value == "none")
            return Rate.Unlimited;
        var parts = value.Split(',', StringSplitOptions.TrimEntries);
        var perTime = parts[0].Split('/');
        if (parts.Length > 2 || perTime is not [var amount, "s" or "m" or "h"])
            throw new FormatException("use a rate and what may be used at once, such as 5/s,50 or 60/h,100 or 256K/s,1M, or none");
        var many = ToAmount(amount);
        return new Rate(many / perTime[1] switch { "s" => 1, "m" => 60, _ => 3600 }, parts.Length == 2 ? ToAmount(parts[1]) : Math.Max(1, many));
    }

    private static double ToAmount(string text)
    {
        var times = text is [.., 'K'] ? 1024 : text is [.., 'M'] ? 1024 * 1024 : 1;
        return int.TryParse(times == 1 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (double)number * times
            : throw new FormatException($"'{text}' is no number above 0, with K or M behind it or not");
    }

    /// <summary>In the file the limits are an object: <c>{"connections": 64, "posts": "5/s,50"}</c>.</summary>
    internal sealed class Converter : JsonConverter<IReadOnlyList<string>>
    {
        public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var json = JsonDocument.ParseValue(ref reader);
            return [.. json.RootElement.EnumerateObject().Select(row => $"{row.Name}={row.Value}")];
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
