namespace ChatProtocol.Tools;

/// <summary>What ends a command: one sentence that says what was wrong and what to do, and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
