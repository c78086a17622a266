namespace ChatProtocol.Torture;

/// <summary>The options of a run.</summary>
internal sealed record TortureOptions
{
    /// <summary>The most cycles of starting and killing.</summary>
    public int Cycles { get; init; } = int.MaxValue;

    /// <summary>The time after which no cycle begins.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The seed of all random choices; the timing of threads and disks is not reproducible.</summary>
    public int Seed { get; init; } = Random.Shared.Next();

    public int Writers { get; init; } = 3;

    public int Readers { get; init; } = 3;

    /// <summary>The number of clients that post and listen, and leave reconnecting to the SDK.</summary>
    public int Residents { get; init; } = 2;

    public int Rooms { get; init; } = 4;

    /// <summary>The number of posts that a writer has in flight.</summary>
    public int Window { get; init; } = 8;

    /// <summary>The number of cycles on one data folder, after which its log is read and checked as a whole.</summary>
    public int CyclesPerRound { get; init; } = 20;

    public bool Failpoints { get; init; } = true;

    public bool PowerCuts { get; init; } = true;

    /// <summary>Whether the folders with the data and the journals are kept even without a fault.</summary>
    public bool Keep { get; init; }

    /// <summary>Whether the server is broken on purpose: its faults are expected, and its folder is not kept.</summary>
    public bool IsBroken { get; init; }
}
