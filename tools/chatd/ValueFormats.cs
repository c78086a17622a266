using System.Globalization;
using System.Text.Json;
using ChatProtocol.Hub;

namespace ChatProtocol.Tools;

/// <summary>The formats of settings' values. An invalid value throws a <see cref="FormatException"/> that says which values are valid.</summary>
internal static class ValueFormats
{
    private const string RateForms = "use a rate and what may be used at once, such as 5/s,50 or 60/h,100 or 256K/s,1M, or none";

    private static readonly (string Unit, long Bytes)[] SizeUnits = [("G", 1L << 30), ("M", 1L << 20), ("K", 1L << 10)];

    private static readonly (string Unit, TimeSpan Span)[] TimeUnits =
        [("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1))];

    private static readonly (string Unit, int Seconds)[] RateUnits = [("s", 1), ("m", 60), ("h", 3600)];

    public static ValueFormat<int> CountOrNone { get; } = new("N", "a whole number", [JsonTokenType.Number],
        text => text == "none" ? int.MaxValue : Number(text) is > 0 and <= int.MaxValue and var count ? (int)count : throw new FormatException("use a number above 0, or none"),
        count => count == int.MaxValue ? "none" : Plain(count));

    public static ValueFormat<Rate> Rate { get; } = new("RATE", "a string", [JsonTokenType.String], ToRate, rate => Show(rate, Plain));

    public static ValueFormat<Rate> ByteRate { get; } = new("RATE", "a string", [JsonTokenType.String], ToRate, rate => Show(rate, ShowSize));

    public static ValueFormat<bool> Switch { get; } = new("", "true or false", [JsonTokenType.True, JsonTokenType.False],
        text => text.ToLowerInvariant() switch
        {
            "1" or "true" or "yes" => true,
            "0" or "false" or "no" => false,
            _ => throw new FormatException("use true or false"),
        },
        value => value ? "true" : "false");

    public static ValueFormat<int> Count(int least, int most) => new("N", "a whole number", [JsonTokenType.Number],
        text => Number(text) is { } count && count >= least && count <= most ? (int)count : throw new FormatException($"use a whole number from {Plain(least)} to {Plain(most)}"),
        count => Plain(count));

    /// <summary>A number of bytes, optionally followed by K, M or G (powers of 1,024).</summary>
    public static ValueFormat<long> Size(long least, long most) => new("SIZE", "a string", [JsonTokenType.String],
        text => (long?)Numbers.ParseSize(text) is { } bytes && bytes >= least && bytes <= most
            ? bytes
            : throw new FormatException($"use a number of bytes from {ShowSize(least)} to {ShowSize(most)}, with K, M or G behind it or not"),
        ShowSize);

    public static ValueFormat<TimeSpan> Time(TimeSpan least, TimeSpan most) => new("TIME", "a string", [JsonTokenType.String],
        text => Times.ParseSpan(text) is { } span && span >= least && span <= most
            ? span
            : throw new FormatException($"use {Times.SpanForms}, from {ShowTime(least)} to {ShowTime(most)}"),
        ShowTime);

    /// <summary>One of several words, in any case.</summary>
    public static ValueFormat<T> Choice<T>(string helpName, params (string Word, T Value)[] choices) => new(helpName, "a string", [JsonTokenType.String],
        text => Array.Find(choices, choice => choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { Word: not null } found
            ? found.Value
            : throw new FormatException($"use {string.Join(", ", choices[..^1].Select(choice => choice.Word))} or {choices[^1].Word}"),
        value => Array.Find(choices, choice => Equals(choice.Value, value)).Word);

    public static ValueFormat<string> Path { get; } = new("DIR", "a string", [JsonTokenType.String],
        text => text.Length > 0 ? text : throw new FormatException("give the folder's path"),
        path => path);

    /// <summary>A file that need not be named.</summary>
    public static ValueFormat<string?> File { get; } = new("FILE", "a string", [JsonTokenType.String],
        text => text.Length > 0 ? text : throw new FormatException("give the file's path"),
        path => path ?? "");

    /// <summary>A URL that need not be given; the server checks it.</summary>
    public static ValueFormat<string?> Url { get; } = new("URL", "a string", [JsonTokenType.String],
        text => text.Length > 0 ? text : throw new FormatException("give the URL"),
        url => url ?? "");

    /// <summary>The same format for a setting that may be unset.</summary>
    public static ValueFormat<T?> OrNull<T>(this ValueFormat<T> format)
        where T : struct =>
        new(format.HelpName, format.JsonForm, format.Json, text => format.Parse(text), value => value is { } some ? format.Show(some) : "");

    private static Rate ToRate(string text)
    {
        if (text == "none")
            return Hub.Rate.Unlimited;
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var perTime = parts[0].Split('/');
        if (parts.Length > 2 || perTime is not [var amount, "s" or "m" or "h"])
            throw new FormatException(RateForms);
        var many = ToAmount(amount);
        return new Rate(many / RateUnits.Single(unit => unit.Unit == perTime[1]).Seconds, parts.Length == 2 ? ToAmount(parts[1]) : Math.Max(1, many));
    }

    private static double ToAmount(string text) => (long?)Numbers.ParseSize(text) is > 0 and <= (long)int.MaxValue << 20 and var amount && !text.EndsWith('G')
        ? amount
        : throw new FormatException($"'{text}' is no number above 0, with K or M behind it or not");

    /// <summary>Writes a rate by the shortest unit of time in which it is a whole number.</summary>
    private static string Show(Rate rate, Func<long, string> show)
    {
        if (rate.IsUnlimited)
            return "none";
        var (unit, seconds) = RateUnits.FirstOrDefault(unit => Math.Abs((rate.PerSecond * unit.Seconds) - Math.Round(rate.PerSecond * unit.Seconds)) < 1e-6, RateUnits[^1]);
        return $"{show((long)Math.Round(rate.PerSecond * seconds))}/{unit},{show((long)rate.Burst)}";
    }

    private static string ShowSize(long bytes) =>
        bytes > 0 && Array.Find(SizeUnits, unit => bytes % unit.Bytes == 0) is { Unit: not null } unit ? Plain(bytes / unit.Bytes) + unit.Unit : Plain(bytes);

    private static string ShowTime(TimeSpan span) =>
        Array.Find(TimeUnits, unit => span >= unit.Span && span.Ticks % unit.Span.Ticks == 0) is { Unit: not null } unit
            ? Plain(span.Ticks / unit.Span.Ticks) + unit.Unit
            : $"{Plain((long)span.TotalMilliseconds)}ms";

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Plain(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The format of a value: parses and writes it.</summary>
/// <param name="HelpName">The placeholder in the help.</param>
/// <param name="JsonForm">The form in the file, in words.</param>
/// <param name="Json">The tokens of that form.</param>
/// <param name="Parse">Parses a value; throws a <see cref="FormatException"/> that says which values are valid.</param>
/// <param name="Show">Writes a value in the form that <paramref name="Parse"/> reads.</param>
internal sealed record ValueFormat<T>(string HelpName, string JsonForm, JsonTokenType[] Json, Func<string, T> Parse, Func<T, string> Show);
