namespace ChatProtocol.Hub;

/// <summary>The result of a maintenance task.</summary>
/// <param name="Complaint">Why the task failed, for the admin; null if it did not.</param>
/// <param name="Segments">For a verification: how many segments there are.</param>
/// <param name="Entries">For a verification: how many entries the undamaged segments hold; for an export: how many it holds.</param>
/// <param name="Damaged">For a verification: how many segments are not as they were stored.</param>
public sealed record MaintenanceResult(string? Complaint, ulong Segments = 0, ulong Entries = 0, ulong Damaged = 0)
{
    /// <summary>For a search: the last seq that can be removed; 0 for none.</summary>
    public ulong Through { get; init; }

    /// <summary>For a verification: the number of the first record of the audit log that does not fit its chain; null if all of them do.</summary>
    public ulong? Audit { get; init; }

    /// <summary>For an indexing: whether there are more rooms or principals to index.</summary>
    public bool HasMore { get; init; }

    /// <summary>For an export: how many rooms it holds.</summary>
    public ulong Rooms { get; init; }

    /// <summary>For an export: the hash of its last line.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>For the check of an export: what an import of it would do; null if the log can import nothing.</summary>
    public LogImport? Import { get; init; }

    /// <summary>For the reading of an import: the next part.</summary>
    public ImportPart? Part { get; init; }

    /// <summary>The kind of failure, if the task failed.</summary>
    public ErrorCode Reason { get; init; } = ErrorCode.LogUnavailable;
}
