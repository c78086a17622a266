namespace ChatProtocol.Hub;

/// <summary>
/// The counts of the hub since its start, and how much there is of some things now. Only the hub's thread changes the figures, by
/// additions alone; any thread may read them, each for itself.
/// </summary>
public sealed class HubFigures
{
    private static readonly ErrorCode[] Codes = Enum.GetValues<ErrorCode>();

    private static readonly CredentialKind[] Kinds = Enum.GetValues<CredentialKind>();

    // Looked up by code, so that no refusal has to search. A code of a later version, which no hub gives, would be left out.
    private readonly long[] _refusals = new long[(int)Codes.Max() + 1];
    private readonly long[] _loginsAccepted = new long[(int)Kinds.Max() + 1];
    private readonly long[] _loginsRefused = new long[(int)Kinds.Max() + 1];

    /// <summary>Posts stored.</summary>
    public long Posts { get; internal set; }

    /// <summary>Entries handed to the connections of members, each member counted.</summary>
    public long EntriesSent { get; internal set; }

    /// <summary>Sessions that are logged in now.</summary>
    public int Sessions { get; internal set; }

    /// <summary>Rooms there are now, in memory or not.</summary>
    public int Rooms { get; internal set; }

    /// <summary>Bytes that wait to be sent over all connections, as they were counted last: once a second.</summary>
    public long QueuedBytes { get; internal set; }

    /// <summary>The head of the audit log, the number of its last durable record and the hash through it (<see cref="AuditPosition"/>).</summary>
    public string? AuditHead { get; internal set; }

    /// <summary>Errors that sessions were told, by code, in the order of the codes.</summary>
    public IEnumerable<(ErrorCode Code, long Count)> Refusals => Codes.Select(code => (code, _refusals[(int)code]));

    /// <summary>Logins by kind of credential: how many succeeded, and how many were refused or could not be stored.</summary>
    public IEnumerable<(CredentialKind Kind, long Accepted, long Refused)> Logins =>
        Kinds.Select(kind => (kind, _loginsAccepted[(int)kind], _loginsRefused[(int)kind]));

    internal void Refused(ErrorCode code)
    {
        if ((uint)code < _refusals.Length)
            _refusals[(int)code]++;
    }

    internal void LoginAccepted(CredentialKind kind) => Count(_loginsAccepted, kind);

    internal void LoginRefused(CredentialKind kind) => Count(_loginsRefused, kind);

    /// <summary>A client may name a kind that there is not.</summary>
    private static void Count(long[] counts, CredentialKind kind)
    {
        if ((uint)kind < counts.Length)
            counts[(int)kind]++;
    }
}
