namespace ChatProtocol.Client;

/// <summary>A reaction that a user has set or taken off. Immutable.</summary>
public readonly record struct ReactionSwitch
{
    /// <summary>The user's principal: compare it with <see cref="ChatClient.Principal"/>.</summary>
    public ulong Principal { get; init; }

    /// <summary>The user's name at that time.</summary>
    public string Name { get; init; }

    /// <summary>The reaction.</summary>
    public string Reaction { get; init; }

    /// <summary>Whether the user reacts so from then on.</summary>
    public bool IsOn { get; init; }

    internal static ReactionSwitch Of(ReactionChange change) => new() { Principal = change.Principal, Name = change.Name, Reaction = change.Reaction, IsOn = change.On };
}
