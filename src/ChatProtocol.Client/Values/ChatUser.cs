namespace ChatProtocol.Client;

/// <summary>A user, by principal and name. Immutable.</summary>
public sealed record ChatUser
{
    /// <summary>The principal: the same user whatever the name.</summary>
    public ulong Principal { get; init; }

    /// <summary>The name; the last one of a user that is gone.</summary>
    public string Name { get; init; } = "";

    internal static ChatUser Of(PresentUser user) => new() { Principal = user.Principal, Name = user.Name };

    internal static ChatUser Of(BlockListItem user) => new() { Principal = user.Principal, Name = user.Name };
}
