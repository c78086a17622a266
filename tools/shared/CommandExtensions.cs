using System.CommandLine;
using System.CommandLine.Help;

namespace ChatProtocol.Tools;

/// <summary>What the programs add to the commands of System.CommandLine.</summary>
internal static class CommandExtensions
{
    /// <summary>Shows these lines at the end of the command's <c>--help</c>.</summary>
    public static TCommand WithExamples<TCommand>(this TCommand command, params IReadOnlyList<string> examples)
        where TCommand : Command
    {
        // Without the aliases of another world, /h and /?, which would come up among completions. A subcommand's own one
        // is hidden because the root's, which every command inherits, is listed already.
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

    /// <summary>Refuses an empty argument, as a variable that was not set leaves it.</summary>
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
