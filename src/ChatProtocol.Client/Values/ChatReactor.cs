namespace ChatProtocol.Client;

/// <summary>A user with one of its reactions to a message, as they were when the list was made. Immutable.</summary>
public sealed record ChatReactor
{
    /// <summary>The principal: the same user whatever the name.</summary>
    public ulong Principal { get; init; }

    /// <summary>The user's name when it reacted.</summary>
    public string Name { get; init; } = "";

    /// <summary>The reaction; a user may have several.</summary>
    public string Reaction { get; init; } = "";

    internal static ChatReactor Of(ReactionListItem item) => new() { Principal = item.Principal, Name = item.Name, Reaction = item.Reaction };
}
