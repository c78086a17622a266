using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatProtocol.Tools;

/// <summary>Parses and writes spans and points of time for people and programs.</summary>
internal static partial class Times
{
    /// <summary>The forms that <see cref="ParseSpan"/> accepts, for help and error messages.</summary>
    public const string SpanForms = "a number and its unit: 500ms, 10s, 5m, 2h, 3d";

    /// <summary>Parses a whole number with its unit; null if the text has another form or the span is implausibly long.</summary>
    public static TimeSpan? ParseSpan(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (!int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" when number <= MaxDays * 24L => TimeSpan.FromHours(number),
            "d" when number <= MaxDays => TimeSpan.FromDays(number),
            _ => null,
        };
    }

    /// <summary>Parses a time of RFC 3339, or a span that is counted back from now; null if the text is neither.</summary>
    public static DateTimeOffset? ParsePoint(string text, DateTimeOffset now)
    {
        if (ParseSpan(text) is { } span)
            return now - DateTimeOffset.MinValue < span ? DateTimeOffset.MinValue : now - span;
        return Rfc3339.IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;
    }

    // A time without its offset would mean different times on different machines.
    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,7})?([Zz]|[+-]\d\d:\d\d)\z")]
    private static partial Regex Rfc3339 { get; }

    private const int MaxDays = 1_000_000;
}
