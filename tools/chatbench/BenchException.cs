namespace ChatProtocol.Tools;

/// <summary>What ends a measurement: one sentence for people, an exit code, and the server's error if it told one.</summary>
internal sealed class BenchException(int exitCode, string message, ErrorCode? code = null) : Exception(message)
{
    public int ExitCode => exitCode;

    public ErrorCode? Code => code;
}
