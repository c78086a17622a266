using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>A retention limit as given on the command line: a number, or none.</summary>
/// <param name="Value">How much is kept; null for no limit.</param>
internal readonly record struct RetentionLimit(ulong? Value)
{
    private const string None = "none";

    /// <summary>An option for a number of messages.</summary>
    public static Option<RetentionLimit?> OfNumber(string name, string description) =>
        Create(name, description, "N|none", "a whole number above 0", Numbers.Parse);

    /// <summary>An option for a number of bytes.</summary>
    public static Option<RetentionLimit?> OfSize(string name, string description) =>
        Create(name, description, "N|500M|2G|none", Numbers.SizeForms, Numbers.ParseSize);

    /// <summary>An option for a span of time; the value is in milliseconds.</summary>
    public static Option<RetentionLimit?> OfTime(string name, string description) =>
        Create(name, description, "10s|1m|2h|30d|none", Times.SpanForms, text => (ulong?)Times.ParseSpan(text)?.TotalMilliseconds);

    private static Option<RetentionLimit?> Create(string name, string description, string forms, string takes, Func<string, ulong?> parse) => new(name)
    {
        Description = $"{description}; {None} lifts this limit",
        HelpName = forms,
        CustomParser = result => Parse(result, result.Tokens.Single().Value, $"{name} takes {takes}, or {None}", parse),
    };

    private static RetentionLimit? Parse(ArgumentResult result, string text, string takes, Func<string, ulong?> parse)
    {
        if (text == None)
            return new RetentionLimit(null);
        var value = parse(text);
        if (value is null)
            result.AddError(takes);
        // A limit of 0 would remove every message, and is more likely a mistake.
        else if (value == 0)
            result.AddError($"{takes}: with {text} nothing would be kept");
        return new RetentionLimit(value);
    }
}
