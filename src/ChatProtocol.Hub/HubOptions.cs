namespace ChatProtocol.Hub;

/// <summary>What a hub is told at its start. Immutable.</summary>
public sealed record HubOptions
{
    /// <summary>The server's id of 16 bytes, kept with its data (CP-SES-003).</summary>
    public required ReadOnlyMemory<byte> Server { get; init; }

    /// <summary>The epoch that rooms created from now on begin with: random, below 2^53 (CP-DEL-011).</summary>
    public required ulong Epoch { get; init; }

    /// <summary>16 secret bytes, kept with the data, that the hashes of posts' texts depend on.</summary>
    public required ReadOnlyMemory<byte> HashKey { get; init; }

    /// <summary>The program's name and version, as told in welcome.</summary>
    public string Agent { get; init; } = "chatd";

    /// <summary>What clients are allowed, told in welcome.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>What the log does before it reports a batch as committed.</summary>
    public Durability Durability { get; init; } = Durability.Synced;

    /// <summary>
    /// Bytes of committed segments that are kept in memory for members a little behind, over all rooms. 64 MiB by default;
    /// older ones are read from the log.
    /// </summary>
    public long TailBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long it remembers and waits.</summary>
    public HubTimes Times { get; init; } = new();

    /// <summary>The bounds of those who are near.</summary>
    public Bounds Near { get; init; } = Bounds.Near;

    /// <summary>The bounds of everybody else.</summary>
    public Bounds Far { get; init; } = Bounds.Far;
}
