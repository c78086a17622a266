namespace ChatProtocol.Tools;

/// <summary>The exit codes of the programs.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotFound = 3;
    public const int Denied = 4;
    public const int Conflict = 5;
    public const int TimedOut = 6;
    public const int Unreachable = 7;
    public const int Interrupted = 130;
}
