namespace ChatProtocol.Client;

/// <summary>
/// The waiting for a call was cancelled. A request that was not sent yet is withdrawn; one that was sent may still be
/// carried out.
/// </summary>
public sealed class CallCanceledException : OperationCanceledException
{
    internal CallCanceledException(Outcome outcome, CancellationToken cancellationToken)
        : base(outcome == Outcome.NotSent ? "The call was cancelled before it was sent." : "The call was cancelled; it was sent and may be carried out.", cancellationToken) =>
        Outcome = outcome;

    /// <summary>Whether the request was sent: <see cref="Outcome.NotSent"/> or <see cref="Outcome.Unknown"/>.</summary>
    public Outcome Outcome { get; }
}
