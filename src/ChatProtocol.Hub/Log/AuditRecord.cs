namespace ChatProtocol.Hub;

/// <summary>
/// A record of the audit log, before it has its place in the chain (<see cref="AuditChain"/>): one act of an admin, or one that takes an
/// admin and was refused. It never holds what was said, nor a secret.
/// </summary>
/// <param name="Time">In milliseconds since 1970 UTC.</param>
/// <param name="Principal">The principal that asked.</param>
/// <param name="Name">The name that it had then; personal.</param>
/// <param name="Credential">The kind of credential that it had logged in by.</param>
/// <param name="Token">The number of the token that it had logged in by; 0 for another credential.</param>
/// <param name="Address">Where it asked from; personal.</param>
/// <param name="Verb">The request, as the registry names it.</param>
/// <param name="Target">The name, address or path that the request was about; may be empty. Personal.</param>
/// <param name="Whom">The principal that it was about; 0 for none.</param>
/// <param name="Room">The room that it was about; 0 for none.</param>
/// <param name="Reason">The reason that was given; may be empty. Personal.</param>
public sealed record AuditRecord(
    long Time, ulong Principal, string Name, CredentialKind Credential, ulong Token, string Address, string Verb, string Target, ulong Whom, ulong Room, string Reason)
{
    /// <summary>What it changed, as it was; may be empty.</summary>
    public string Was { get; init; } = "";

    /// <summary>The same as it is behind the change; may be empty.</summary>
    public string Is { get; init; } = "";

    /// <summary>The code of the error that the request was refused with; 0 if it was done.</summary>
    public int Result { get; init; }
}

/// <summary>A record of the audit log as it is stored.</summary>
/// <param name="Number">Its number; each is one above that of the record before it.</param>
/// <param name="Record">The record.</param>
/// <param name="Hash">The hash of the chain through this record.</param>
public sealed record StoredAuditRecord(ulong Number, AuditRecord Record, ReadOnlyMemory<byte> Hash);

/// <summary>A place in the chain of the audit log: the number of a record, and the hash through it.</summary>
/// <param name="Number">The record's number; 0 before the first.</param>
/// <param name="Hash">32 bytes.</param>
public readonly record struct AuditPosition(ulong Number, ReadOnlyMemory<byte> Hash)
{
    /// <summary>The place before the first record.</summary>
    public static AuditPosition Beginning { get; } = new(0, new byte[AuditChain.HashSize]);

    /// <inheritdoc/>
    public override string ToString() => $"{Number}:{Convert.ToHexStringLower(Hash.Span)}";
}

/// <summary>The two ends of the audit log.</summary>
/// <param name="Anchor">The last record that was removed, whose hash the chain begins with.</param>
/// <param name="Head">The last record.</param>
/// <param name="OldestTime">The time of the first record that is kept; 0 if there is none.</param>
public sealed record AuditExtent(AuditPosition Anchor, AuditPosition Head, long OldestTime)
{
    /// <summary>The extent of a log without a record.</summary>
    public static AuditExtent Empty { get; } = new(AuditPosition.Beginning, AuditPosition.Beginning, 0);

    /// <summary>How many records are kept.</summary>
    public ulong Count => Head.Number - Anchor.Number;
}
