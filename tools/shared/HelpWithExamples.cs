using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>The library's help, followed by the examples of the command that it describes.</summary>
internal sealed class HelpWithExamples(Command command, IReadOnlyList<string> examples) : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        ForgetDefaults(parseResult.CommandResult);
        if (parseResult.CommandResult.Command is ShellCompletion)
            HideInherited(parseResult.CommandResult);
        _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command == command && examples.Count > 0)
            WriteExamples(parseResult.InvocationConfiguration.Output);
        return ExitCode.Done;
    }

    // The descriptions state the defaults in words, and the library would repeat them. No command runs after the help, so the
    // defaults can be removed.
    private static void ForgetDefaults(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Command.Options.OfType<Option<string>>())
                option.DefaultValueFactory = null;
            foreach (var option in result.Command.Options.OfType<Option<ulong>>())
                option.DefaultValueFactory = null;
            foreach (var option in result.Command.Options.OfType<Option<int>>())
                option.DefaultValueFactory = null;
        }
    }

    // The completion script does not depend on a server, so the inherited options are hidden.
    private static void HideInherited(CommandResult result)
    {
        while ((result.Parent as CommandResult) is { } parent)
        {
            foreach (var option in parent.Command.Options.Where(option => option is not HelpOption))
                option.Hidden = true;
            result = parent;
        }
    }

    private void WriteExamples(TextWriter output)
    {
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine($"  {example}");
        output.WriteLine();
    }
}
