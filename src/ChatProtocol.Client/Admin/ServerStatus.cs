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
    };
}
