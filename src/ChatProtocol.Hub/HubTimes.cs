namespace ChatProtocol.Hub;

/// <summary>
/// How long a hub remembers and waits. The defaults are what the protocol says; others are for trying out in seconds what
/// takes days. Immutable.
/// </summary>
public sealed record HubTimes
{
    /// <summary>How long a guest's name is held after the last session. 24 hours by default (CP-SES-009).</summary>
    public TimeSpan NameHeld { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a publisher is remembered after its last connection. 30 days by default (CP-DEL-010).</summary>
    public TimeSpan PublisherKept { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long ago somebody has to have posted first to have one of the last places of a server. A day by default
    /// (CP-SES-021).
    /// </summary>
    public TimeSpan KnownAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a public room without an entry waits for somebody to join it. A minute by default (CP-ROM-008).</summary>
    public TimeSpan UnusedRoomKept { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The least time between two presence frames of a room. 250 ms by default (CP-PRE-001).</summary>
    public TimeSpan PresenceInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often it is looked what nothing leads to any more, publishers among it. An hour by default.</summary>
    public TimeSpan ForgettingInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How often it is looked what has expired; removing it takes the log about as long again. A minute by default
    /// (CP-ADM-014).
    /// </summary>
    public TimeSpan ExpiryInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long what a member still has to get is kept for it beyond its time. Ten minutes by default (CP-HIS-008).</summary>
    public TimeSpan ExpiryPatience { get; init; } = TimeSpan.FromMinutes(10);
}
