namespace ChatProtocol.Client;

/// <summary>One answer of a search. Immutable.</summary>
public sealed record SearchPage
{
    /// <summary>What was found, the last said first. There may be nothing although <see cref="More"/> is true.</summary>
    public IReadOnlyList<SearchHit> Hits { get; init; } = [];

    /// <summary>Whether the server has not looked at everything yet.</summary>
    public bool More => Next is not null;

    /// <summary>
    /// Entries of this time or later may be missing, as the server's index is behind; null, as nearly always, if none is.
    /// </summary>
    public DateTimeOffset? MissingFrom { get; init; }

    /// <summary>Where the next page goes on.</summary>
    internal ReadOnlyMemory<byte>? Next { get; init; }
}
