namespace ChatProtocol.Client;

/// <summary>A call's waiting was cancelled. What was not sent yet is taken back; what was may still be carried out.</summary>
public sealed class CallCanceledException : OperationCanceledException
{
    internal CallCanceledException(Outcome outcome, CancellationToken cancellationToken)
        : base(outcome == Outcome.NotSent ? "The call was cancelled before it was sent." : "The call was cancelled; it was sent and may be carried out.", cancellationToken) =>
        Outcome = outcome;

    /// <summary>Whether it was sent: <see cref="Outcome.NotSent"/> or <see cref="Outcome.Unknown"/>.</summary>
    public Outcome Outcome { get; }
}
