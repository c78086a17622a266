using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>What a server is told at its start. Immutable; the defaults make a server that only this machine reaches.</summary>
public sealed record ServerOptions
{
    internal const int DefaultQueueBytes = 128 * 1024;

    /// <summary>The folder of the database and of the admin socket. Made with mode 0700 if it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Where to listen: <c>tcp://HOST:PORT</c> (port 0 takes a free one) for everything, <c>legacy://HOST:PORT</c> for plain
    /// text alone, <c>unix:/path</c>. tcp://127.0.0.1:9999 by default.
    /// </summary>
    public IReadOnlyList<string> Listen { get; init; } = ["tcp://127.0.0.1:9999"];

    /// <summary>
    /// Sockets that listen already, because whoever started the process made them, as systemd does. They are the server's from
    /// then on. None by default.
    /// </summary>
    public IReadOnlyList<InheritedListener> Inherited { get; init; } = [];

    /// <summary>What is allowed beyond this machine: <c>plaintext</c>, <c>guests</c>, <c>legacy</c>. Nothing by default.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>How plain text clients are served.</summary>
    public LegacyOptions Legacy { get; init; } = new();

    /// <summary>
    /// Connections that are served at once, of which one in sixteen is kept for those whom the server knows; one more is told
    /// so and closed. 16,384 by default. Fewer where the process may not have that many file descriptors.
    /// </summary>
    public int MaxConnections { get; init; } = 16_384;

    /// <summary>What clients are allowed; told to each.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>Bytes of recent messages kept in memory for members a little behind. 64 MiB by default.</summary>
    public long TailBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes that may wait to be sent on one connection; beyond it the member falls behind and is fed as it drains. 128 KiB by default.</summary>
    public int QueueBytes { get; init; } = DefaultQueueBytes;

    /// <summary>
    /// Bytes that have to be left on the disk: with less, posts are refused as <c>log-unavailable</c>. 1 GiB or a twentieth of
    /// the file system, whichever is less, by default (null); 0 for no floor.
    /// </summary>
    public long? DiskFloor { get; init; }

    /// <summary>
    /// Bytes of half frames, of unanswered requests and of what waits to be sent that all connections together may hold.
    /// Above it each connection has its share of both directions: senders wait, and who reads slowly is fed from the log.
    /// 256 MiB by default.
    /// </summary>
    public long BufferBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Does the handshake of connections whose first bytes are TLS's. Null, the default, for none: they are told that TLS is not served.</summary>
    internal Handshake? Secure { get; init; }

    /// <summary>How long a frame that has begun may take to end; one that takes longer closes its connection. 30 seconds by default.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server remembers and waits; what the protocol says by default.</summary>
    public HubTimes Times { get; init; } = new();

    /// <summary>How long a stop may take that nobody said more of; what is not done by then is cut off. 7 seconds by default.</summary>
    public TimeSpan StopGrace { get; init; } = ShutdownOrder.DefaultGrace;

    /// <summary>Whether to start although something that was stored is missing: every room has a new epoch then. False by default, and of no effect where nothing is.</summary>
    public bool AcceptLoss { get; init; }

    /// <summary>The clock. The system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Who counts as the same machine: addresses, prefixes such as <c>10.0.0.0/8</c>, <c>unix</c> for Unix sockets, <c>none</c>.
    /// unix, 127.0.0.1 and ::1 by default.
    /// </summary>
    public IReadOnlyList<string> NearAddresses { get; init; } = ["unix", "127.0.0.1", "::1"];

    /// <summary>Who may say, by the PROXY protocol, whom a connection is for. Nobody by default. Whoever is named so is never near.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>The bounds of those on the same machine.</summary>
    public Bounds Near { get; init; } = Bounds.Near;

    /// <summary>The bounds of everybody else.</summary>
    public Bounds Far { get; init; } = Bounds.Far;

    /// <summary>
    /// The mistakes with which a server would not start, but for those that it finds only then: the folder, the disk, and
    /// places that others listen at. Hosts that are named are looked up. Each names the <see cref="ServerException.Setting"/>.
    /// </summary>
    public IReadOnlyList<ServerException> Faults() =>
    [
        .. Endpoint.FaultsOf(Listen, Allow),
        .. AddressSet.FaultsOf(NearAddresses, "near"),
        .. AddressSet.FaultsOf(Proxies, "proxy"),
        .. LimitFaults(),
    ];

    /// <summary>The limits that no server may tell its clients (CP-LIM-004).</summary>
    internal IEnumerable<ServerException> LimitFaults() =>
        Limits.Faults().Select(limit => ServerException.WrongUsage($"limit welcome:{limit.Value}", "limit", $"welcome:{limit.Key}"));
}
