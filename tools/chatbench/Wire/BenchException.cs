namespace ChatProtocol.Tools;

/// <summary>Ends a measurement with one sentence for people, an exit code, and the server's error code if there is one.</summary>
internal sealed class BenchException(int exitCode, string message, ErrorCode? code = null) : Exception(message)
{
    public int ExitCode => exitCode;

    public ErrorCode? Code => code;
}
