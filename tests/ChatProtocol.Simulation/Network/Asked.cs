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

    public bool IsAnswered { get; set; }
}
