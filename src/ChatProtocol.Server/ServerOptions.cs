namespace ChatProtocol.Server;

/// <summary>What a server is told at its start. Immutable; the defaults make a server that only this machine reaches.</summary>
public sealed record ServerOptions
{
    /// <summary>The folder of the database and of the admin socket. Made with mode 0700 if it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Where to listen: <c>tcp://HOST:PORT</c> (port 0 takes a free one) for everything, <c>legacy://HOST:PORT</c> for plain
    /// text alone, <c>unix:/path</c>. tcp://127.0.0.1:9999 by default.
    /// </summary>
    public IReadOnlyList<string> Listen { get; init; } = ["tcp://127.0.0.1:9999"];

    /// <summary>What is allowed beyond this machine: <c>plaintext</c>, <c>guests</c>, <c>legacy</c>. Nothing by default.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>How plain text clients are served.</summary>
    public LegacyOptions Legacy { get; init; } = new();

    /// <summary>Connections that are served at once; one more is told so and closed. 16,384 by default.</summary>
    public int MaxConnections { get; init; } = 16_384;

    /// <summary>What clients are allowed; told to each.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>Bytes of recent messages kept in memory for members a little behind. 64 MiB by default.</summary>
    public long TailBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Whether to start although something that was stored is missing: every room has a new epoch then. False by default, and of no effect where nothing is.</summary>
    public bool AcceptLoss { get; init; }

    /// <summary>The clock. The system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
