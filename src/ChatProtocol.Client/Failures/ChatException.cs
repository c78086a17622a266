namespace ChatProtocol.Client;

/// <summary>The one exception for failures of the network or the server; a caller's own mistakes are argument exceptions.</summary>
public sealed class ChatException : Exception
{
    internal ChatException(ChatFailure failure, string message, Exception? inner = null) : base(message, inner)
    {
        Failure = failure;
        Outcome = failure is ChatFailure.Refused or ChatFailure.UnsupportedVersion ? Outcome.Refused : Outcome.NotSent;
    }

    /// <summary>The kind of failure.</summary>
    public ChatFailure Failure { get; }

    /// <summary>Whether the call had, or may still have, an effect. A connection that could not be made had none.</summary>
    public Outcome Outcome { get; private init; }

    /// <summary>
    /// The server's error; null if it sent none. It may also come with <see cref="ChatFailure.Disconnected"/>, as the
    /// cause.
    /// </summary>
    public ErrorCode? Code { get; private init; }

    /// <summary>The retry delay that the server asks for; null if it asks for none.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The number that the error is about: the limit exceeded, the counter expected, the last valid cursor.</summary>
    public ulong? Value { get; private init; }

    /// <summary>The invalid field, by its name in the spec.</summary>
    public string? Field { get; private init; }

    /// <summary>The server's goodbye, if it sent one before the connection ended.</summary>
    public ServerBye? Bye { get; private init; }

    /// <summary>The server's certificate, where that is the cause (<see cref="ChatFailure.UntrustedServer"/>); null otherwise.</summary>
    public ServerCertificate? Certificate { get; private init; }

    /// <summary>
    /// Whether the same connect or call on the same client may be repeated, and may then succeed without any change. Never for a call
    /// that may still be carried out, nor on a client that is over.
    /// </summary>
    public bool MayRetry => Outcome != Outcome.Unknown && !IsOver && Failure switch
    {
        ChatFailure.Refused => Code is ErrorCode.LogUnavailable or ErrorCode.ShuttingDown or ErrorCode.TooManyConnections || RetryAfter is not null,
        ChatFailure.Disconnected when Code is { } code => code is ErrorCode.HelloTimeout or ErrorCode.FrameTimeout || (int)code >= 400,
        ChatFailure.Disconnected => Bye is null || Bye.Back is not null || Bye.Why is ByeCode.Restart or ByeCode.Silent or ByeCode.Stalled,
        ChatFailure.BrokenProtocol or ChatFailure.UntrustedServer or ChatFailure.LegacyServer or ChatFailure.UnsupportedVersion => false,
        _ => true,
    };

    /// <summary>Whether the client that was called is over.</summary>
    internal bool IsOver { get; private init; }

    /// <summary>The same failure for one of the calls that it ended.</summary>
    /// <param name="isSent">Whether the call's request was sent.</param>
    /// <param name="isOver">Whether the client is over.</param>
    internal ChatException For(bool isSent, bool isOver = false) => new(Failure, Message, InnerException)
    {
        Code = Code,
        RetryAfter = RetryAfter,
        Value = Value,
        Field = Field,
        Bye = Bye,
        Certificate = Certificate,
        Outcome = isSent ? Outcome.Unknown : Outcome.NotSent,
        IsOver = isOver,
    };

    internal static ChatException NotSent(ChatFailure failure, string message, ErrorCode? code = null) =>
        new(failure, message) { Code = code, Outcome = Outcome.NotSent };

    internal static ChatException Refused(Error error) =>
        FromError(error.Reason == ErrorCode.UnsupportedVersion ? ChatFailure.UnsupportedVersion : ChatFailure.Refused, error.Text, error);

    /// <summary>A refusal that the server would certainly send, found before anything is sent.</summary>
    internal static ChatException Refused(ErrorCode code, string message, ulong? value = null) =>
        new(ChatFailure.Refused, message) { Code = code, Value = value };

    /// <summary>The error for a server whose minor version is too old: the counterpart of a server's error for such a client.</summary>
    internal static ChatException UnsupportedMinor(int minor) => new(
        ChatFailure.UnsupportedVersion, $"the server speaks version {ProtocolVersion.Major}.{minor}, which was never released: it has to be replaced by a newer one")
    {
        Code = ErrorCode.UnsupportedVersion,
        Field = "minor",
    };

    internal static ChatException ClosedWith(Error error) =>
        FromError(ChatFailure.Disconnected, $"the server closed the connection: {error.Text}", error);

    internal static ChatException ClosedWith(Bye bye) =>
        new(ChatFailure.Disconnected, bye.Reason.Length == 0 ? $"the server ended the session ({bye.Why})" : $"the server ended the session: {bye.Reason}") { Bye = ServerBye.Of(bye) };

    internal static ChatException Disconnected(string message, Exception? inner = null) => new(ChatFailure.Disconnected, message, inner);

    internal static ChatException TimedOut(string message) => new(ChatFailure.TimedOut, message);

    internal static ChatException BrokenProtocol(string message, Exception? inner = null) =>
        new(ChatFailure.BrokenProtocol, $"the server broke the protocol: {message}", inner);

    internal static ChatException Untrusted(string message, ServerCertificate certificate) =>
        new(ChatFailure.UntrustedServer, message) { Certificate = certificate };

    private static ChatException FromError(ChatFailure failure, string message, Error error) => new(failure, message)
    {
        Code = error.Reason,
        RetryAfter = error.RetryAfter is { } wait ? WireTimes.Span(wait) : null,
        Value = error.Value,
        Field = error.Field,
    };
}
