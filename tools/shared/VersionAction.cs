using System.CommandLine;
using System.CommandLine.Invocation;

namespace ChatProtocol.Tools;

/// <summary>The action of <c>--version</c>: prints one line, the program's name and version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"{ProgramInfo.Name} {ProgramInfo.Version}");
        return ExitCode.Done;
    }
}
