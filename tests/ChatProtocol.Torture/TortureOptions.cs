namespace ChatProtocol.Torture;

/// <summary>What a run is told.</summary>
internal sealed record TortureOptions
{
    /// <summary>It ends after so many cycles of starting and killing, if not before.</summary>
    public int Cycles { get; init; } = int.MaxValue;

    /// <summary>It begins no cycle after so long.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Draws everything that is drawn here; what threads and disks do in between it cannot repeat.</summary>
    public int Seed { get; init; } = Random.Shared.Next();

    public int Writers { get; init; } = 3;

    public int Readers { get; init; } = 3;

    /// <summary>Clients that post and listen, and leave it to the SDK to come back.</summary>
    public int Residents { get; init; } = 2;

    public int Rooms { get; init; } = 4;

    /// <summary>Posts that a writer has under way at once.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Cycles on one data folder: its log is read and checked as a whole behind them.</summary>
    public int CyclesPerRound { get; init; } = 20;

    public bool Failpoints { get; init; } = true;

    public bool PowerCuts { get; init; } = true;

    /// <summary>Keeps the folders with the data and the journals also where nothing was wrong.</summary>
    public bool Keep { get; init; }

    /// <summary>Whether the server is broken on purpose: then what is wrong is no news, and its folder is not kept either.</summary>
    public bool IsBroken { get; init; }
}
