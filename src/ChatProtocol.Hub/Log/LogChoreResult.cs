namespace ChatProtocol.Hub;

/// <summary>How a chore went.</summary>
/// <param name="Complaint">Why it failed, for the admin; null if it did not.</param>
/// <param name="Segments">Of a verification: how many segments there are.</param>
/// <param name="Entries">Of a verification: how many entries the whole ones hold.</param>
/// <param name="Damaged">Of a verification: how many segments are not as they were stored.</param>
public sealed record LogChoreResult(string? Complaint, ulong Segments = 0, ulong Entries = 0, ulong Damaged = 0)
{
    /// <summary>Of a search: the last seq that can go; 0 for none.</summary>
    public ulong Through { get; init; }

    /// <summary>The kind of failure, if it is one.</summary>
    public ErrorCode Reason { get; init; } = ErrorCode.LogUnavailable;
}
