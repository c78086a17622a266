using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The settings that a server starts with. Immutable; the defaults make a server that only this machine reaches.</summary>
public sealed record ServerOptions
{
    /// <summary>The folder of the database and of the admin socket. Made with mode 0700 if it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// The URLs to listen at: <c>tls://HOST:PORT</c> (port 0 takes a free one) for everything inside TLS, <c>tcp://HOST:PORT</c> for
    /// the same in the clear, <c>legacy://HOST:PORT</c> for plain text alone, <c>unix:/path</c>. tcp://127.0.0.1:9999 by default.
    /// </summary>
    public IReadOnlyList<string> Listen { get; init; } = ["tcp://127.0.0.1:9999"];

    /// <summary>
    /// Listening sockets that the process inherited from its parent, as from systemd. The server owns them from then on. None by
    /// default.
    /// </summary>
    public IReadOnlyList<InheritedListener> Inherited { get; init; } = [];

    /// <summary>The risks that are allowed beyond this machine: <c>plaintext</c>, <c>guests</c>, <c>legacy</c>. None by default.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>How plain text clients are served.</summary>
    public LegacyOptions Legacy { get; init; } = new();

    /// <summary>
    /// The most connections at once, of which one in sixteen is kept for users that the server knows; one more is told so and
    /// closed. 16,384 by default. Fewer where the process may not have that many file descriptors.
    /// </summary>
    public int MaxConnections { get; init; } = 16_384;

    /// <summary>The limits of clients; each client is told them.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>Bytes of recent messages kept in memory for members a little behind. 64 MiB by default.</summary>
    public long TailBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Whether clients may search what they may read, by an index beside the database. They may by default; where they may not, there is no index, and
    /// it is made anew once they may.
    /// </summary>
    public bool Search { get; init; } = true;

    /// <summary>The most messages that are compared with a query for one answer; beyond them the client asks on. 20,000 by default.</summary>
    public int SearchCandidates { get; init; } = 20_000;

    /// <summary>How long a search may take; beyond it the client is told what was found, and asks on. 200 ms by default.</summary>
    public TimeSpan SearchTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Bytes that may wait to be sent on one connection; beyond them the member falls behind and is fed as they drain. 128 KiB by
    /// default.
    /// </summary>
    public int QueueBytes { get; init; } = SendQueue.DefaultLimit;

    /// <summary>
    /// Bytes that have to be left on the disk: with fewer, posts are refused as <c>log-unavailable</c>. 1 GiB or a twentieth of
    /// the file system, whichever is less, by default (null); 0 for no floor.
    /// </summary>
    public long? DiskFloor { get; init; }

    /// <summary>
    /// Bytes of half frames, unanswered requests and waiting output that all connections together may hold. Above it each
    /// connection has its share of both directions: senders wait, and slow readers are fed from the log.
    /// 256 MiB by default.
    /// </summary>
    public long BufferBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// The file of the certificate for TLS, with its chain, in PEM. Null, the default, for one that the server makes at its first start
    /// with TLS and keeps in its data folder. Looked at every ten seconds while the server runs.
    /// </summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The file of the certificate's key, in PEM. Given with <see cref="TlsCertificate"/>, and only with it.</summary>
    public string? TlsKey { get; init; }

    /// <summary>
    /// Where health and metrics are served, <c>http://ADDRESS:PORT</c> (port 0 takes a free one), to everybody who reaches it. Null, the
    /// default, for nowhere: then nothing is measured either.
    /// </summary>
    public string? Metrics { get; init; }

    /// <summary>A handshake at <c>tcp://</c> endpoints, in the place of telling a TLS client that TLS is not served. Null by default.</summary>
    internal Handshake? Secure { get; init; }

    /// <summary>The deadline for the end of a frame that has begun; a later one closes its connection. 30 seconds by default.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the hub waits and remembers; the times of the protocol by default.</summary>
    public HubTimes Times { get; init; } = new();

    /// <summary>How long a record of the audit log is kept. 400 days by default; there are never more than a million.</summary>
    public TimeSpan AuditKept { get; init; } = TimeSpan.FromDays(400);

    /// <summary>
    /// How long a stop may take unless its order says otherwise; work that is not done by then is cut off. 7 seconds by
    /// default.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = ShutdownOrder.DefaultGrace;

    /// <summary>
    /// Whether to start although some stored data is missing: every room has a new epoch then. False by default, and without effect
    /// where nothing is missing.
    /// </summary>
    public bool AcceptLoss { get; init; }

    /// <summary>
    /// The configuration that the options are made of, which owners may see and have read again. Null, the default, for none.
    /// </summary>
    public IOperatorConfiguration? Configuration { get; init; }

    /// <summary>The clock. The system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// The clients that count as on the same machine: addresses, prefixes such as <c>10.0.0.0/8</c>, <c>unix</c> for Unix sockets,
    /// <c>none</c>.
    /// unix, 127.0.0.1 and ::1 by default.
    /// </summary>
    public IReadOnlyList<string> NearAddresses { get; init; } = ["unix", "127.0.0.1", "::1"];

    /// <summary>
    /// The proxies that may say, by the PROXY protocol, which client a connection is for. None by default. A client named by a proxy
    /// never counts as near.
    /// </summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>
    /// The origins, such as <c>https://chat.example.org</c>, whose pages may open a WebSocket here, beside the server's own page; their host is
    /// then a name that the server goes by, as behind a reverse proxy. None by default: the server goes by its addresses, its machine's name and
    /// those in its certificate.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// The users who may make an account. By default, null, everybody on the same machine, and by invitation everybody else. An admin makes accounts
    /// in any case.
    /// </summary>
    public Registration? Registration { get; init; }

    /// <summary>The bounds of clients on the same machine.</summary>
    public GuestBounds Near { get; init; } = GuestBounds.Near;

    /// <summary>The bounds of all other clients.</summary>
    public GuestBounds Far { get; init; } = GuestBounds.Far;

    /// <summary>
    /// The mistakes with which a server would not start, except those that only a start finds: the folder, the disk, and
    /// addresses in use. Host names are looked up. Each mistake names its <see cref="ServerException.Setting"/>.
    /// </summary>
    public IReadOnlyList<ServerException> Faults() =>
    [
        .. Endpoint.FaultsOf(Listen, Allow),
        .. AddressSet.FaultsOf(NearAddresses, "near"),
        .. AddressSet.FaultsOf(Proxies, "proxy"),
        .. WebOrigins.FaultsOf(AllowedOrigins),
        .. TlsFaults(),
        .. MetricsFaults(),
        .. LimitFaults(),
    ];

    /// <summary>The mistakes in the certificate's settings; the files themselves are read when the server starts.</summary>
    internal IEnumerable<ServerException> TlsFaults()
    {
        if (TlsCertificate is null == TlsKey is null)
            yield break;
        var (given, missing) = TlsKey is null ? ("tls-certificate", "tls-key") : ("tls-key", "tls-certificate");
        yield return ServerException.WrongUsage($"{given} needs {missing} beside it: a certificate and its key are two files", given);
    }

    /// <summary>The mistakes in where metrics are served.</summary>
    internal IEnumerable<ServerException> MetricsFaults()
    {
        ServerException? fault = null;
        try
        {
            if (Metrics is { } url)
                OperationsAddress.Parse(url);
        }
        catch (ServerException e)
        {
            fault = e;
        }
        return fault is null ? [] : [fault];
    }

    /// <summary>The mistakes in the limits that clients would be told (CP-LIM-004).</summary>
    internal IEnumerable<ServerException> LimitFaults() =>
        Limits.Faults().Select(limit => ServerException.WrongUsage($"limit welcome:{limit.Value}", "limit", $"welcome:{limit.Key}"));
}
