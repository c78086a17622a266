namespace ChatProtocol.Client;

/// <summary>A record of a server's audit log: one act of an admin, or one that takes an admin and was refused. Immutable.</summary>
public sealed record ChatAuditRecord
{
    /// <summary>The record's number; each is one above that of the record before it.</summary>
    public ulong Number { get; init; }

    /// <summary>When it was made, by the server's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The user that asked.</summary>
    public ulong Principal { get; init; }

    /// <summary>The name that it had then; empty where it was blanked.</summary>
    public string Name { get; init; } = "";

    /// <summary>The kind of credential that it had logged in by.</summary>
    public CredentialKind Credential { get; init; }

    /// <summary>The number of the token that it had logged in by; null for another credential.</summary>
    public ulong? Token { get; init; }

    /// <summary>Where it asked from; <c>admin socket</c> for that.</summary>
    public string Address { get; init; } = "";

    /// <summary>The request, as the registry of the protocol names it: <c>kick</c>, <c>change-account</c>.</summary>
    public string Verb { get; init; } = "";

    /// <summary>The name, address or path that the request was about; may be empty.</summary>
    public string Target { get; init; } = "";

    /// <summary>The user that it was about; null for none.</summary>
    public ulong? Whom { get; init; }

    /// <summary>The room that it was about; null for none.</summary>
    public ulong? Room { get; init; }

    /// <summary>The reason that was given; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What it changed, as it was; may be empty.</summary>
    public string Was { get; init; } = "";

    /// <summary>The same as it is behind the change; may be empty.</summary>
    public string Is { get; init; } = "";

    /// <summary>The error that the request was refused with; null if it was done.</summary>
    public ErrorCode? Refusal { get; init; }

    /// <summary>The SHA-256 of the chain through this record.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }

    internal static ChatAuditRecord Of(AuditListItem item) => new()
    {
        Number = item.Number,
        Time = WireTimes.Time(item.Time),
        Principal = item.Principal,
        Name = item.Name,
        Credential = (CredentialKind)item.Credential,
        Token = item.Token == 0 ? null : item.Token,
        Address = item.Address,
        Verb = item.Verb,
        Target = item.Target,
        Whom = item.Whom == 0 ? null : item.Whom,
        Room = item.Room == 0 ? null : item.Room,
        Reason = item.Reason,
        Was = item.Was,
        Is = item.Is,
        Refusal = item.Result == 0 ? null : (ErrorCode)item.Result,
        Hash = item.Hash,
    };
}
