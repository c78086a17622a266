using System.CommandLine;
using System.CommandLine.Help;

namespace ChatProtocol.Tools;

/// <summary>Extensions of System.CommandLine's commands that all the programs use.</summary>
internal static class CommandExtensions
{
    /// <summary>Shows these lines at the end of the command's <c>--help</c>.</summary>
    public static TCommand WithExamples<TCommand>(this TCommand command, params IReadOnlyList<string> examples)
        where TCommand : Command
    {
        // Without the aliases /h and /? of Windows, which would be offered as completions. A subcommand's own option is
        // hidden because the root's, which every command inherits, is listed already.
        var help = new HelpOption("--help", "-h")
        {
            Action = new HelpWithExamples(command, examples),
            Hidden = command is not RootCommand,
            Recursive = command is RootCommand,
        };
        command.Options.RemoveAll<HelpOption>();
        command.Options.Insert(0, help);
        return command;
    }

    /// <summary>Adds subcommands, so that a group of them can stand in the initializer of a command.</summary>
    public static void Add(this Command command, IEnumerable<Command> subcommands)
    {
        foreach (var subcommand in subcommands)
            command.Add(subcommand);
    }

    /// <summary>Refuses an empty argument, such as an unset variable leaves.</summary>
    public static void MustNotBeEmpty(this Argument<string> argument) => argument.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"the argument '{argument.Name}' is empty, and needs a value");
    });

    public static void RemoveAll<TOption>(this IList<Option> options)
        where TOption : Option
    {
        for (var i = options.Count - 1; i >= 0; i--)
            if (options[i] is TOption)
                options.RemoveAt(i);
    }
}
