namespace ChatProtocol.Client;

/// <summary>The result of reading and checking everything that a server stores. Immutable.</summary>
public sealed record LogVerification
{
    /// <summary>How many runs of entries are stored.</summary>
    public ulong Segments { get; init; }

    /// <summary>How many entries those are that are whole.</summary>
    public ulong Entries { get; init; }

    /// <summary>How many runs are not as they were stored.</summary>
    public ulong Damaged { get; init; }

    internal static LogVerification Of(Verified verified) => new() { Segments = verified.Segments, Entries = verified.Entries, Damaged = verified.Damaged };
}
