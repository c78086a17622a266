namespace ChatProtocol.Simulation;

/// <summary>A request, with the state that its client keeps for it.</summary>
internal sealed class Asked(Request request)
{
    public Request Request => request;

    public Saying? Saying { get; init; }

    public Place? Place { get; init; }

    /// <summary>Whether it breaks a rule on purpose: only a refusal is right.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Whether the server has received it.</summary>
    public bool Came { get; set; }

    /// <summary>Whether a newer session had its publisher when it arrived.</summary>
    public bool WasFenced { get; set; }

    /// <summary>The room's head when it arrived.</summary>
    public ulong Head { get; set; }

    public bool IsAnswered { get; set; }
}
