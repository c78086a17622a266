namespace ChatProtocol.Hub;

/// <summary>
/// The hub's durations. The defaults are those of the protocol; others are for trying out in seconds what takes days. Immutable.
/// </summary>
public sealed record HubTimes
{
    /// <summary>How long a guest's name is held after the last session. 24 hours by default (CP-SES-009).</summary>
    public TimeSpan NameHeld { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a publisher is remembered after its last connection. 30 days by default (CP-DEL-010).</summary>
    public TimeSpan PublisherKept { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// The least time since a principal's first post for it to have a reserved connection. A day by default (CP-SES-021).
    /// </summary>
    public TimeSpan KnownAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a public room without an entry waits for its first member. A minute by default (CP-ROM-008).</summary>
    public TimeSpan UnusedRoomKept { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The least time between two presence frames of a room. 250 ms by default (CP-PRE-001).</summary>
    public TimeSpan PresenceInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often unused publishers and principals are looked for. An hour by default.</summary>
    public TimeSpan ForgettingInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How often expired entries are looked for; the log takes about as long again to remove them. A minute by default
    /// (CP-ADM-014).
    /// </summary>
    public TimeSpan ExpiryInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an expired entry is kept for a member that has not got it yet. Ten minutes by default (CP-HIS-008).</summary>
    public TimeSpan ExpiryPatience { get; init; } = TimeSpan.FromMinutes(10);
}
