using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Failures of the network or the server, as an exit code and one sentence.</summary>
internal static class FailureMessages
{
    public static int ExitCodeOf(ChatException failure) => failure.Failure switch
    {
        ChatFailure.TimedOut => ExitCode.TimedOut,
        ChatFailure.Unreachable or ChatFailure.NotAChatServer or ChatFailure.HttpServer or ChatFailure.LegacyServer => ExitCode.Unreachable,
        // The request was not answered, so it did not succeed, even if the server ended in good order.
        ChatFailure.Disconnected when failure.Bye is { } bye => bye.Why is ByeCode.Kicked or ByeCode.SignedOut ? ExitCode.Denied : ExitCode.Unreachable,
        ChatFailure.Disconnected when failure.Code is null => ExitCode.Unreachable,
        ChatFailure.BrokenProtocol => ExitCode.Failed,
        ChatFailure.UntrustedServer => ExitCode.Denied,
        _ => ExitCodeOf(failure.Code),
    };

    /// <summary>The exit code of a request that the server refused.</summary>
    public static int ExitCodeOf(ErrorCode? code) => code switch
    {
        ErrorCode.NoSuchRoom or ErrorCode.NoSuchUser or ErrorCode.NoSuchSession or ErrorCode.NoSuchEntry
            or ErrorCode.NoSuchBan or ErrorCode.NoSuchToken or ErrorCode.NoSuchInvitation => ExitCode.NotFound,
        ErrorCode.Denied or ErrorCode.BadCredential or ErrorCode.Banned or ErrorCode.Blocked or ErrorCode.Muted or ErrorCode.RoomArchived or ErrorCode.BannedFromRoom
            or ErrorCode.NeedsTls or ErrorCode.LoginFailed or ErrorCode.AccountDisabled or ErrorCode.RegistrationClosed or ErrorCode.BadInvitation => ExitCode.Denied,
        ErrorCode.NameTaken or ErrorCode.RoomExists or ErrorCode.CounterConflict or ErrorCode.KeyConflict or ErrorCode.PublisherFenced => ExitCode.Conflict,
        ErrorCode.HelloTimeout or ErrorCode.FrameTimeout => ExitCode.TimedOut,
        ErrorCode.TooManyConnections or ErrorCode.ShuttingDown => ExitCode.Unreachable,
        ErrorCode.BadName => ExitCode.Usage,
        _ => ExitCode.Failed,
    };

    /// <summary>
    /// The exit code of a command that only listens: denied if it was kicked or signed out, done if the server stopped for good,
    /// unreachable if it will be back.
    /// </summary>
    public static int ExitCodeOf(ServerBye bye) => bye switch
    {
        { Why: ByeCode.Kicked or ByeCode.SignedOut } => ExitCode.Denied,
        { Why: ByeCode.Shutdown } => ExitCode.Done,
        _ => ExitCode.Unreachable,
    };

    /// <summary>Reports a failure: in one sentence for people, or in one JSON object if the output is for programs.</summary>
    public static int Tell(ChatException failure, TextWriter error, bool isJson) =>
        Tell(failure, ByeMessage.InWords(failure), error, isJson);

    /// <summary>Reports a failure with another message.</summary>
    public static int Tell(ChatException failure, string message, TextWriter error, bool isJson) =>
        Tell(failure, message, ExitCodeOf(failure), error, isJson);

    /// <summary>Reports a failure with another message and exit code.</summary>
    public static int Tell(ChatException failure, string message, int exitCode, TextWriter error, bool isJson) =>
        CommandLine.Tell(message, exitCode, error, isJson, (int?)failure.Code, NameOf(failure.Outcome));

    /// <summary>Reports a failure that is not the server's answer to a request.</summary>
    /// <param name="message">The fault and the remedy.</param>
    /// <param name="exitCode">The program's exit code, which is returned.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isJson">Whether the output is for programs.</param>
    /// <param name="outcome">The outcome of the command's request; null if it has none.</param>
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
