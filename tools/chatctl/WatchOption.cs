using System.CommandLine;
using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>The option of a list to be asked for again and again.</summary>
internal sealed class WatchOption : Option<string?>
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    public WatchOption()
        : base("--watch")
    {
        Description = "Ask again every so many seconds, until Ctrl-C: redrawn on a terminal, with -o ndjson each object with its time. Default: 2";
        HelpName = "SECONDS";
        Arity = ArgumentArity.ZeroOrOne;
        Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: > 0 } given] && Parse(given.Value) is null)
                result.AddError("--watch takes seconds, or " + Times.SpanForms + "; at least 100ms");
        });
    }

    /// <summary>The time from one round to the next; null without the option.</summary>
    public TimeSpan? IntervalOf(ParseResult parsed) =>
        parsed.GetResult(this) is not { Implicit: false } given ? null : given.Tokens is [var token] ? Parse(token.Value) : Usual;

    private static TimeSpan? Parse(string text) =>
        (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 1_000_000 ? TimeSpan.FromSeconds(seconds) : Times.ParseSpan(text)) is { } span
        && span >= Least ? span : null;
}
