namespace ChatProtocol.Hub;

/// <summary>The answer to a query of the directory.</summary>
public sealed record DirectoryResult
{
    /// <summary>The rooms, by ascending id.</summary>
    public IReadOnlyList<RoomRecord> Rooms { get; init; } = [];

    /// <summary>The principals, by ascending id.</summary>
    public IReadOnlyList<PrincipalRecord> Principals { get; init; } = [];

    /// <summary>The accounts of these principals.</summary>
    public IReadOnlyList<AccountRecord> Accounts { get; init; } = [];

    /// <summary>Every token of these accounts, by ascending number.</summary>
    public IReadOnlyList<TokenRecord> Tokens { get; init; } = [];

    /// <summary>Every block of these principals, each with the present name of the principal that is blocked.</summary>
    public IReadOnlyList<BlockRecord> Blocks { get; init; } = [];

    /// <summary>Every read marker of these principals.</summary>
    public IReadOnlyList<MarkerRecord> Markers { get; init; } = [];

    /// <summary>Every record of these principals' publishers.</summary>
    public IReadOnlyList<PublisherRecord> Publishers { get; init; } = [];

    /// <summary>The post that has used the key; null if none has.</summary>
    public PostKeyRecord? Keyed { get; init; }

    /// <summary>The message; null if there is none of that seq, or if it has no text.</summary>
    public StoredMessage? Message { get; init; }

    /// <summary>The messages that are pinned or in the thread, by ascending seq.</summary>
    public IReadOnlyList<ulong> Seqs { get; init; } = [];

    /// <summary>The reactions to the message, by ascending principal.</summary>
    public IReadOnlyList<ReactionRecord> Reactions { get; init; } = [];

    /// <summary>The records of the audit log, by descending number.</summary>
    public IReadOnlyList<StoredAuditRecord> Audit { get; init; } = [];

    /// <summary>The lowest number of a record of the audit log that was looked at; 0 if none was.</summary>
    public ulong AuditedThrough { get; init; }

    /// <summary>In the place of the records: the publishers, each once, with the latest time of all its records.</summary>
    public IReadOnlyList<PublisherUse> Uses { get; init; } = [];
}

/// <summary>A publisher, and when it was last used.</summary>
/// <param name="Principal">The id of the publisher's principal.</param>
/// <param name="Id">The publisher's 16 bytes.</param>
/// <param name="LastUsed">In milliseconds since 1970 UTC.</param>
public sealed record PublisherUse(ulong Principal, ReadOnlyMemory<byte> Id, long LastUsed);
