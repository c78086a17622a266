using ChatProtocol.Client;

namespace ChatProtocol.Testing;

/// <summary>Makes the exceptions of the SDK, which have no public constructors, for the test of what a program does about each.</summary>
public static class TestChatExceptions
{
    /// <summary>The server has refused a call: <see cref="ChatFailure.Refused"/>, and nothing was done.</summary>
    /// <param name="code">The server's error.</param>
    /// <param name="message">The words for people.</param>
    /// <param name="retryAfter">The retry delay that the server asks for; whole milliseconds.</param>
    /// <param name="value">The number that the error is about.</param>
    /// <param name="field">The invalid field, by its name in the spec.</param>
    public static ChatException Refused(ErrorCode code, string message = "", TimeSpan? retryAfter = null, ulong? value = null, string? field = null) =>
        ChatException.Refused(new Error(1, code, message, retryAfter is { } wait ? (ulong)wait.TotalMilliseconds : null, value, field));

    /// <summary>The connection has ended before there was an answer: <see cref="ChatFailure.Disconnected"/>.</summary>
    /// <param name="outcome">Whether the call may have had an effect: <see cref="Outcome.NotSent"/> or <see cref="Outcome.Unknown"/>.</param>
    /// <param name="bye">The server's goodbye; null if it sent none.</param>
    /// <param name="code">The server's error, if it sent that in place of a goodbye.</param>
    /// <exception cref="ArgumentException">The outcome is that of a refusal.</exception>
    public static ChatException Disconnected(Outcome outcome = Outcome.NotSent, ServerBye? bye = null, ErrorCode? code = null) => With(outcome,
        bye is not null ? ChatException.ClosedWith(new Bye(bye.Why, bye.Reason, bye.Back is { } back ? (ulong)back.TotalMilliseconds : null))
        : code is { } error ? ChatException.ClosedWith(new Error(null, error, "a test says so"))
        : ChatException.Disconnected("the connection to the server was lost"));

    /// <summary>No answer came in time: <see cref="ChatFailure.TimedOut"/>.</summary>
    /// <param name="outcome">Whether the call may have had an effect: <see cref="Outcome.NotSent"/> or <see cref="Outcome.Unknown"/>.</param>
    /// <exception cref="ArgumentException">The outcome is that of a refusal.</exception>
    public static ChatException TimedOut(Outcome outcome = Outcome.Unknown) => With(outcome, ChatException.TimedOut("the server did not answer in time"));

    /// <summary>No connection could be made: <see cref="ChatFailure.Unreachable"/>.</summary>
    /// <param name="message">The words for people.</param>
    public static ChatException Unreachable(string message = "no server can be reached") => new(ChatFailure.Unreachable, message);

    /// <summary>The server's certificate is not trusted: <see cref="ChatFailure.UntrustedServer"/>.</summary>
    /// <param name="certificate">The certificate, from an initializer.</param>
    /// <param name="message">The words for people.</param>
    public static ChatException Untrusted(ServerCertificate certificate, string message = "the server's certificate is not trusted") =>
        ChatException.Untrusted(message, certificate);

    /// <summary>The server broke the protocol: <see cref="ChatFailure.BrokenProtocol"/>.</summary>
    /// <param name="message">What it did.</param>
    public static ChatException BrokenProtocol(string message = "a test says so") => ChatException.BrokenProtocol(message);

    /// <summary>The peer that answers is another kind of server.</summary>
    /// <param name="kind">What is known of it: any failure that has no factory of its own here.</param>
    /// <param name="message">The words for people.</param>
    public static ChatException AnotherServer(
        ChatFailure kind = ChatFailure.NotAChatServer, string message = "what answered there does not speak the chat protocol") => new(kind, message);

    /// <summary>The waiting for a call was cancelled.</summary>
    /// <param name="outcome">Whether the request was sent: <see cref="Outcome.NotSent"/> or <see cref="Outcome.Unknown"/>.</param>
    /// <param name="cancellationToken">The token that was cancelled.</param>
    /// <exception cref="ArgumentException">The outcome is that of a refusal.</exception>
    public static CallCanceledException Canceled(Outcome outcome = Outcome.Unknown, CancellationToken cancellationToken = default)
    {
        Check(outcome);
        return new CallCanceledException(outcome, cancellationToken);
    }

    private static ChatException With(Outcome outcome, ChatException failure)
    {
        Check(outcome);
        return failure.For(isSent: outcome == Outcome.Unknown);
    }

    private static void Check(Outcome outcome)
    {
        if (outcome is not (Outcome.NotSent or Outcome.Unknown))
            throw new ArgumentException($"Such a call was not refused: its outcome is {nameof(Outcome.NotSent)} or {nameof(Outcome.Unknown)}; {nameof(Refused)} makes the others.", nameof(outcome));
    }
}
