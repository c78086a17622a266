namespace ChatProtocol.Client;

/// <summary>The limits of what a room keeps. Immutable.</summary>
public sealed record RoomRetention
{
    /// <summary>The first seq that is kept; what is below it has expired.</summary>
    public ulong Oldest { get; init; }

    /// <summary>How long an entry is kept; null for ever.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>How many entries are kept; null for all.</summary>
    public ulong? Count { get; init; }

    /// <summary>How many bytes of entries are kept; null for all.</summary>
    public ulong? Bytes { get; init; }

    /// <summary>Where it was only counted: how many entries would go; null otherwise, and from a server that cannot tell.</summary>
    public ulong? Expiring { get; init; }

    internal static RoomRetention Of(Retention retention) => new()
    {
        Oldest = retention.Oldest,
        Age = retention.Age is { } age ? WireValues.Span(age) : null,
        Count = retention.Count,
        Bytes = retention.Bytes,
        Expiring = retention.Entries,
    };
}
