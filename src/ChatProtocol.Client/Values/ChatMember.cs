namespace ChatProtocol.Client;

/// <summary>A user in a room. Immutable.</summary>
public sealed record ChatMember
{
    /// <summary>The principal: the same user whatever the name.</summary>
    public ulong Principal { get; init; }

    /// <summary>The name shown.</summary>
    public string Name { get; init; } = "";

    /// <summary>How many sessions the user has in the room.</summary>
    public ulong Sessions { get; init; }

    internal static ChatMember Of(MemberListItem member) => new() { Principal = member.Principal, Name = member.Name, Sessions = member.Sessions };
}
