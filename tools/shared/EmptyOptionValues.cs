using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>
/// Options with an empty value, as from <c>--room="$ROOM"</c> with ROOM unset. The library would take the next word for the
/// value, and a message would be sent to the wrong room.
/// </summary>
internal static class EmptyOptionValues
{
    /// <summary>Splits <c>--room=</c> into two words, the second empty, so that the option does not take the next word.</summary>
    public static string[] Spell(Command root, string[] args)
    {
        if (!args.Any(IsSuspect))
            return args;
        var names = NamesOf(root).ToHashSet();
        var literal = Array.IndexOf(args, "--");
        return [.. args.SelectMany((arg, i) => IsSuspect(arg) && names.Contains(arg[..^1]) && (literal < 0 || i < literal) ? [arg[..^1], ""] : (string[])[arg])];
    }

    /// <summary>The error of the first option with an empty value that is no <see cref="FreeText"/>; null if there is none.</summary>
    public static string? Validate(ParseResult parsed)
    {
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as CommandResult)
            foreach (var option in command.Children.OfType<OptionResult>())
                if (option.Option is not FreeText && option.Tokens.Any(token => token.Value.Length == 0))
                    return $"{option.IdentifierToken?.Value ?? option.Option.Name} is given nothing, and needs a value";
        return null;
    }

    private static bool IsSuspect(string arg) => arg.Length > 2 && arg[0] == '-' && arg[^1] is '=' or ':';

    private static IEnumerable<string> NamesOf(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)).Concat(command.Subcommands.SelectMany(NamesOf));
}
