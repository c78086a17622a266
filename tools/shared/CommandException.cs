namespace ChatProtocol.Tools;

/// <summary>Ends a command with an exit code and one sentence: the fault and the remedy.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
