namespace ChatProtocol.Hub;

/// <summary>The server's state as a whole: what it may still accept, and what its status tells.</summary>
internal sealed class HubStatus
{
    /// <summary>The order to stop; null before. Once there is one, no new request is accepted.</summary>
    public ShutdownOrder? Draining { get; set; }

    public bool IsDraining => Draining is not null;

    /// <summary>Whether a whole server is being imported: nobody is let in, and nothing is changed besides (CP-EXP-012).</summary>
    public bool IsImporting { get; set; }

    /// <summary>Whether the disk is almost full: the rest is reserved for erasing, for expiry and for admins.</summary>
    public bool IsStorageLow { get; set; }

    /// <summary>Bytes free on the disk; null while unknown.</summary>
    public ulong? Free { get; set; }

    /// <summary>The least bytes that must stay free on the disk; null while unknown.</summary>
    public ulong? Floor { get; set; }

    /// <summary>The pin of the certificate that TLS clients are shown; null where TLS is not served.</summary>
    public CertificatePin? Certificate { get; set; }

    public HubFigures Figures { get; } = new();

    /// <summary>When that certificate ends, in milliseconds since 1970 UTC; null where TLS is not served.</summary>
    public ulong? CertificateEnd { get; set; }

    public CommitTimes Commits { get; } = new();
}
