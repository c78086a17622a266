namespace ChatProtocol.Client;

/// <summary>A server's status. Immutable.</summary>
public sealed record ServerStatus
{
    /// <summary>The program's name and version.</summary>
    public string Agent { get; init; } = "";

    /// <summary>When it started, by the server's clock.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>Connections that are logged in.</summary>
    public ulong Sessions { get; init; }

    /// <summary>Rooms, private ones included.</summary>
    public ulong Rooms { get; init; }

    /// <summary>Entries committed since the start.</summary>
    public ulong Posts { get; init; }

    /// <summary>Bytes that wait to be sent, over all connections.</summary>
    public ulong Queued { get; init; }

    /// <summary>Bytes free on the disk of the log; null if that is not known.</summary>
    public ulong? Free { get; init; }

    /// <summary>With fewer bytes free no post is accepted; null if there is no such bound.</summary>
    public ulong? Floor { get; init; }

    /// <summary>
    /// How far the server's clock is from its time, where that is more than a minute: positive for a clock that was set ahead and is not
    /// followed yet, negative for one that was set back, while the server's time stands. Null where they agree.
    /// </summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>
    /// The pin of the certificate that the server shows over TLS, as <see cref="CertificatePin"/> writes it; null where it serves no TLS.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>When that certificate ends; null where it serves no TLS, and from a server that does not tell.</summary>
    public DateTimeOffset? CertificateEnd { get; init; }

    /// <summary>Connections, those that are not logged in included; null from a server that does not tell, as the values below.</summary>
    public ulong? Connections { get; init; }

    /// <summary>The most connections at once; those of admins come on top.</summary>
    public ulong? Capacity { get; init; }

    /// <summary>Entries handed to sessions since the start; one that goes to three counts three times.</summary>
    public ulong? Delivered { get; init; }

    /// <summary>Commits to the log since the start.</summary>
    public ulong? Commits { get; init; }

    /// <summary>How long the commits since the start took together: two reports give the mean of those between them.</summary>
    public TimeSpan? CommitTime { get; init; }

    /// <summary>The longest commit of the last one to two minutes; zero if there was none.</summary>
    public TimeSpan? SlowestCommit { get; init; }

    /// <summary>Bytes of memory that the server's process occupies.</summary>
    public ulong? Memory { get; init; }

    /// <summary>
    /// The head of the audit log, the number of its last record and the hash through it, as <c>17:0a1b…</c>: kept elsewhere, it tells later
    /// whether the log was cut off. Null from a server that does not tell.
    /// </summary>
    public string? AuditHead { get; init; }

    internal static ServerStatus Of(StatusReport report) => new()
    {
        Agent = report.Agent,
        Started = WireTimes.Time(report.Started),
        Sessions = report.Sessions,
        Rooms = report.Rooms,
        Posts = report.Posts,
        Queued = report.Queued,
        Free = report.Free,
        Floor = report.Floor,
        ClockOffset = report.Ahead is { } ahead ? WireTimes.Span(ahead) : report.Behind is { } behind ? -WireTimes.Span(behind) : null,
        Certificate = report.Certificate,
        CertificateEnd = report.CertificateEnd is { } end ? WireTimes.Time(end) : null,
        Connections = report.Connections,
        Capacity = report.Capacity,
        Delivered = report.Delivered,
        Commits = report.Commits,
        CommitTime = Microseconds(report.CommitTime),
        SlowestCommit = Microseconds(report.SlowestCommit),
        Memory = report.Memory,
        AuditHead = report.Audit,
    };

    // A span that is too long to be one is as long as one can be.
    private static TimeSpan? Microseconds(ulong? count) =>
        count is { } known ? TimeSpan.FromTicks((long)Math.Min(known, long.MaxValue / TimeSpan.TicksPerMicrosecond) * TimeSpan.TicksPerMicrosecond) : null;
}
