namespace ChatProtocol.Client;

/// <summary>A reaction to a message, with how many users react so. Immutable.</summary>
public readonly record struct ReactionSummary
{
    /// <summary>The reaction, an emoji in general.</summary>
    public string Reaction { get; init; }

    /// <summary>How many users react so.</summary>
    public ulong Count { get; init; }

    /// <summary>Whether this client's own user is one of them.</summary>
    public bool IsOwn { get; init; }

    internal static ReactionSummary Of(ReactionTally tally) => new() { Reaction = tally.Reaction, Count = tally.Count, IsOwn = tally.Own };
}
