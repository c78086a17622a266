using System.CommandLine;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>The options that several commands have.</summary>
internal static class AdminOptions
{
    /// <summary>An option that takes a reason in words, which may be empty.</summary>
    public static Option<string> Reason(string description, int maxBytes = Bye.MaxReason)
    {
        var reason = new FreeText("--reason") { Description = description, HelpName = "TEXT", DefaultValueFactory = _ => "" };
        reason.Validators.Add(result =>
        {
            if (Encoding.UTF8.GetByteCount(result.GetRequiredValue(reason)) is var length && length > maxBytes)
                result.AddError($"{reason.Name} has at most {maxBytes} bytes, and this one {length}");
        });
        return reason;
    }

    /// <summary>An option that takes a span of time with its unit.</summary>
    public static Option<TimeSpan?> Duration(string name, string description, bool mayBeZero = true) => new(name)
    {
        Description = description,
        HelpName = "10s|1m|2h|30d",
        CustomParser = result =>
        {
            var span = Times.ParseSpan(result.Tokens.Single().Value);
            if (span is null)
                result.AddError($"{name} takes {Times.SpanForms}");
            else if (span == TimeSpan.Zero && !mayBeZero)
                result.AddError($"{name} takes more than no time at all");
            return span;
        },
    };
}
