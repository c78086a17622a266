using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>The usual help, and examples after it when it is about the command that they belong to.</summary>
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

    // The descriptions tell the defaults in words, and the library would tell them again. Nothing is run behind the help.
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

    // It does not matter to a script for the shell which server there is.
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
