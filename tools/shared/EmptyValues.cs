using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>
/// Options that are given nothing, as by <c>--room="$ROOM"</c> where there is no ROOM. The library takes the next word for
/// the value then, and what was to be said is sent somewhere else.
/// </summary>
internal static class EmptyValues
{
    /// <summary>Writes <c>--room=</c> as two words, of which the second is empty, so that it takes no other.</summary>
    public static string[] Spell(Command root, string[] args)
    {
        if (!args.Any(IsSuspect))
            return args;
        var names = NamesOf(root).ToHashSet();
        var literal = Array.IndexOf(args, "--");
        return [.. args.SelectMany((arg, i) => IsSuspect(arg) && names.Contains(arg[..^1]) && (literal < 0 || i < literal) ? [arg[..^1], ""] : (string[])[arg])];
    }

    /// <summary>What is wrong with the first option that is given nothing, although that means nothing to it; null if there is none.</summary>
    public static string? Complain(ParseResult parsed)
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
