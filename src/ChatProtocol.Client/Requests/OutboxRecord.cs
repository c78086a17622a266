namespace ChatProtocol.Client;

/// <summary>One record of an outbox's file.</summary>
internal abstract record OutboxRecord
{
    /// <summary>The publisher of the posts that follow.</summary>
    public sealed record Publisher(ReadOnlyMemory<byte> Id) : OutboxRecord;

    /// <summary>A post that is about to be sent.</summary>
    /// <param name="Unsettled">The post.</param>
    /// <param name="Position">The position with it; null in a file that has none.</param>
    public sealed record Post(UnsettledPost Unsettled, TagPosition? Position) : OutboxRecord;

    /// <summary>A post that is not sent again, be it answered or given up.</summary>
    public sealed record Settled(string Address, ulong Counter) : OutboxRecord;

    /// <summary>A position that is not a post's.</summary>
    public sealed record Moved(TagPosition Position) : OutboxRecord;
}
