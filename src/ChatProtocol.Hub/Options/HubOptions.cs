namespace ChatProtocol.Hub;

/// <summary>The hub's settings. Immutable.</summary>
public sealed record HubOptions
{
    /// <summary>The server's id of 16 bytes, kept with its data (CP-SES-003).</summary>
    public required ReadOnlyMemory<byte> Server { get; init; }

    /// <summary>The epoch that rooms created from now on begin with: random, below 2^53 (CP-DEL-011).</summary>
    public required ulong Epoch { get; init; }

    /// <summary>16 secret bytes, kept with the data: the key of the hashes of posts' texts.</summary>
    public required ReadOnlyMemory<byte> HashKey { get; init; }

    /// <summary>The program's name and version, as told in welcome.</summary>
    public string Agent { get; init; } = "chatd";

    /// <summary>The limits for clients, told in welcome.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>The guarantee that the log gives before it reports a batch as committed.</summary>
    public Durability Durability { get; init; } = Durability.Synced;

    /// <summary>
    /// Bytes of committed segments kept in memory for members a little behind, over all rooms. 64 MiB by default; older
    /// segments are read from the log.
    /// </summary>
    public long TailBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// The rooms and the principals, each, that stay in memory without being in use. 10,000 by default; others are looked up in
    /// the log when they are wanted.
    /// </summary>
    public int MaxCached { get; init; } = 10_000;

    /// <summary>Whether clients may search. They may by default.</summary>
    public bool HasSearch { get; init; } = true;

    /// <summary>How long a record of the audit log is kept. 400 days by default.</summary>
    public TimeSpan AuditKept { get; init; } = TimeSpan.FromDays(400);

    /// <summary>The most records that the audit log keeps; the oldest go first. 1,000,000 by default.</summary>
    public int MaxAuditRecords { get; init; } = 1_000_000;

    /// <summary>Measures the process when a status is asked for, on the hub's thread; null where nothing is known of it.</summary>
    public Func<ProcessFigures>? Measure { get; init; }

    /// <summary>The settings that owners see and have read again; null where there are none.</summary>
    public IServerConfiguration? Configuration { get; init; }

    /// <summary>The hub's durations.</summary>
    public HubTimes Times { get; init; } = new();

    /// <summary>The bounds of near connections.</summary>
    public GuestBounds Near { get; init; } = GuestBounds.Near;

    /// <summary>The bounds of all other connections.</summary>
    public GuestBounds Far { get; init; } = GuestBounds.Far;

    /// <summary>Whether near connections may make accounts. Anybody by default.</summary>
    public Registration NearRegistration { get; init; } = Registration.Open;

    /// <summary>Whether all other connections may make accounts. By invitation by default.</summary>
    public Registration FarRegistration { get; init; } = Registration.ByInvitation;
}

/// <summary>The users who may make an account.</summary>
public enum Registration
{
    /// <summary>Anybody.</summary>
    Open,
    /// <summary>Everybody with an invitation.</summary>
    ByInvitation,
    /// <summary>Nobody but an admin.</summary>
    Closed,
}
