namespace ChatProtocol.Client;

/// <summary>A room's retention. Immutable.</summary>
public sealed record RoomRetention
{
    /// <summary>The first seq that is kept; entries below it have expired.</summary>
    public ulong Oldest { get; init; }

    /// <summary>How long an entry is kept; null for ever.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>How many entries are kept; null for all.</summary>
    public ulong? Count { get; init; }

    /// <summary>How many bytes of entries are kept; null for all.</summary>
    public ulong? Bytes { get; init; }

    /// <summary>After a count: how many entries would expire; null otherwise, and from a server that cannot count them.</summary>
    public ulong? Expiring { get; init; }

    internal static RoomRetention Of(Retention retention) => new()
    {
        Oldest = retention.Oldest,
        Age = retention.Age is { } age ? WireTimes.Span(age) : null,
        Count = retention.Count,
        Bytes = retention.Bytes,
        Expiring = retention.Entries,
    };
}
