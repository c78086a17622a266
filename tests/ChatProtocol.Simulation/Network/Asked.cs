namespace ChatProtocol.Simulation;

/// <summary>A request, and what its asker remembers of it.</summary>
internal sealed class Asked(Request request)
{
    public Request Request => request;

    public Saying? Saying { get; init; }

    public Place? Place { get; init; }

    /// <summary>It breaks a rule on purpose: only a refusal is right.</summary>
    public bool IsProbe { get; init; }

    /// <summary>The server has it.</summary>
    public bool Came { get; set; }

    /// <summary>When it came, a newer session had its publisher.</summary>
    public bool WasFenced { get; set; }

    /// <summary>Where the room ended then.</summary>
    public ulong Head { get; set; }

    /// <summary>How often what the room keeps had changed then.</summary>
    public int Changes { get; set; }

    /// <summary>It was refused while an error had left open what is on the disk.</summary>
    public bool WasUnsure { get; set; }

    public bool IsAnswered { get; set; }

    /// <summary>What it is about, where it bans or takes a ban back.</summary>
    public string? Subject { get; init; }

    /// <summary>Whom it blocks, or does not any more; 0 where that is not certain.</summary>
    public ulong Other { get; init; }

    /// <summary>Of several requests about one thing, which it is.</summary>
    public int Turn { get; set; }
}
