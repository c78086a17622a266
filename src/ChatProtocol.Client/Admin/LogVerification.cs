namespace ChatProtocol.Client;

/// <summary>The result of reading and checking a server's whole log. Immutable.</summary>
public sealed record LogVerification
{
    /// <summary>How many segments are stored.</summary>
    public ulong Segments { get; init; }

    /// <summary>How many entries the undamaged segments hold.</summary>
    public ulong Entries { get; init; }

    /// <summary>How many segments are not as they were stored.</summary>
    public ulong Damaged { get; init; }

    /// <summary>The number of the first record of the audit log that does not fit its chain; null if all of them do, and from a server that does not tell.</summary>
    public ulong? AuditFault { get; init; }

    internal static LogVerification Of(Verified verified) =>
        new() { Segments = verified.Segments, Entries = verified.Entries, Damaged = verified.Damaged, AuditFault = verified.Audit };
}
