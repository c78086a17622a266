using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>What the network or the server does to a command, as an exit code and one sentence.</summary>
internal static class Failures
{
    public static int ExitCodeOf(ChatException failure) => failure.Failure switch
    {
        ChatFailure.TimedOut => ExitCode.TimedOut,
        ChatFailure.Unreachable or ChatFailure.NotAChatServer => ExitCode.Unreachable,
        // What was asked for has not been answered: that is no success, even where the server ended in good order.
        ChatFailure.Disconnected when failure.Bye is { } bye => bye.Why == ByeCode.Kicked ? ExitCode.Denied : ExitCode.Unreachable,
        ChatFailure.Disconnected when failure.Code is null => ExitCode.Unreachable,
        ChatFailure.BrokenProtocol => ExitCode.Failed,
        _ => ExitCodeOf(failure.Code),
    };

    /// <summary>For what the server refused.</summary>
    public static int ExitCodeOf(ErrorCode? code) => code switch
    {
        ErrorCode.NoSuchRoom or ErrorCode.NoSuchUser or ErrorCode.NoSuchSession or ErrorCode.NoSuchEntry
            or ErrorCode.NoSuchBan => ExitCode.NotFound,
        ErrorCode.Denied or ErrorCode.BadCredential or ErrorCode.Banned or ErrorCode.Blocked => ExitCode.Denied,
        ErrorCode.NameTaken or ErrorCode.CounterConflict or ErrorCode.PublisherFenced => ExitCode.Conflict,
        ErrorCode.HelloTimeout or ErrorCode.FrameTimeout => ExitCode.TimedOut,
        ErrorCode.TooManyConnections or ErrorCode.ShuttingDown => ExitCode.Unreachable,
        ErrorCode.BadName => ExitCode.Usage,
        _ => ExitCode.Failed,
    };

    /// <summary>For who only listens. Kicked: not welcome. Stopped for good: nothing went wrong. Back soon: unreachable until then.</summary>
    public static int ExitCodeOf(Bye bye) => bye switch
    {
        { Why: ByeCode.Kicked } => ExitCode.Denied,
        { Why: ByeCode.Shutdown } => ExitCode.Done,
        _ => ExitCode.Unreachable,
    };

    /// <summary>One sentence for people, or one JSON object where the output is for programs.</summary>
    public static int Tell(ChatException failure, TextWriter error, bool isJson) =>
        Tell(failure, Farewell.InWords(failure), error, isJson);

    /// <summary>The same in other words.</summary>
    public static int Tell(ChatException failure, string message, TextWriter error, bool isJson) =>
        CommandLine.Tell(message, ExitCodeOf(failure), error, isJson, (int?)failure.Code, NameOf(failure.Outcome));

    /// <summary>What failed before, or beside, what a server was asked.</summary>
    /// <param name="message">What went wrong, and what to do.</param>
    /// <param name="exitCode">What the program ends with.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isJson">Whether the output is for programs.</param>
    /// <param name="outcome">What became of what was to be asked; null where that is not the question.</param>
    public static int Tell(string message, int exitCode, TextWriter error, bool isJson, Outcome? outcome = null) =>
        CommandLine.Tell(message, exitCode, error, isJson, outcome: outcome is { } known ? NameOf(known) : null);

    private static string NameOf(Outcome outcome) => outcome switch
    {
        Outcome.NotSent => "not-sent",
        Outcome.Unknown => "unknown",
        Outcome.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
