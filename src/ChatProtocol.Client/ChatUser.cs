namespace ChatProtocol.Client;

/// <summary>Somebody, by what it takes to tell users apart and what to call them. Immutable.</summary>
public sealed record ChatUser
{
    /// <summary>The principal: the same user whatever the name.</summary>
    public ulong Principal { get; init; }

    /// <summary>The name; of somebody who is gone the last one.</summary>
    public string Name { get; init; } = "";

    internal static ChatUser Of(PresentUser user) => new() { Principal = user.Principal, Name = user.Name };

    internal static ChatUser Of(BlockListItem user) => new() { Principal = user.Principal, Name = user.Name };
}
