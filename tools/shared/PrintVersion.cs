using System.CommandLine;
using System.CommandLine.Invocation;

namespace ChatProtocol.Tools;

/// <summary>What <c>--version</c> does: one line, the program's name and version.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"{CommandLine.Program} {CommandLine.Version}");
        return ExitCode.Done;
    }
}
