namespace ChatProtocol.Simulation;

/// <summary>A request, with the state that its client keeps for it.</summary>
internal sealed class PendingRequest(Request request)
{
    public Request Request => request;

    public IntendedPost? Intended { get; init; }

    public ClientRoom? ClientRoom { get; init; }

    /// <summary>Whether it breaks a rule on purpose: only a refusal is right.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Whether the server has received it.</summary>
    public bool Came { get; set; }

    /// <summary>Whether a newer session had its publisher when it arrived.</summary>
    public bool WasFenced { get; set; }

    /// <summary>The room's head when it arrived.</summary>
    public ulong Head { get; set; }

    /// <summary>The number of changes of the room's retention limits when it arrived.</summary>
    public int Changes { get; set; }

    public bool IsAnswered { get; set; }

    /// <summary>The subject of a ban or unban; null for other requests.</summary>
    public string? Subject { get; init; }

    /// <summary>The user that it blocks or unblocks, by name; null for other requests.</summary>
    public Identity? Blocked { get; init; }

    /// <summary>What it has to do with an account; null for other requests.</summary>
    public AccountRequest? Account { get; init; }

    /// <summary>The principal of that user when it arrived; 0 if that is uncertain.</summary>
    public ulong Other { get; set; }

    /// <summary>Its number among the requests about the same subject or pair.</summary>
    public int Turn { get; set; }
}
