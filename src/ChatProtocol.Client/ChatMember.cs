namespace ChatProtocol.Client;

/// <summary>Somebody who is in a room. Immutable.</summary>
public sealed record ChatMember
{
    /// <summary>The principal: the same user whatever the name.</summary>
    public ulong Principal { get; init; }

    /// <summary>The name shown.</summary>
    public string Name { get; init; } = "";

    /// <summary>With how many sessions.</summary>
    public ulong Sessions { get; init; }

    internal static ChatMember Of(MemberListItem member) => new() { Principal = member.Principal, Name = member.Name, Sessions = member.Sessions };
}
