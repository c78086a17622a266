namespace ChatProtocol.Client;

/// <summary>A user with a role or a restriction in a room, as it was when the list was made. Immutable.</summary>
public sealed record ChatRoleInfo
{
    /// <summary>The principal: the same user whatever the name.</summary>
    public ulong Principal { get; init; }

    /// <summary>The user's name, or the one that the room heard of last.</summary>
    public string Name { get; init; } = "";

    /// <summary>The user's role.</summary>
    public RoomRole Role { get; init; }

    /// <summary>The user's restriction; <see cref="RoomRestriction.None"/> always where the asker is not a moderator.</summary>
    public RoomRestriction Restriction { get; init; }

    /// <summary>When the restriction ends, by the server's clock; null for never, or if there is none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The reason of the restriction; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The name of the user that made the last change; empty for the creator of the room, whom nobody has given the role.</summary>
    public string By { get; init; } = "";

    /// <summary>When the last change was made, by the server's clock.</summary>
    public DateTimeOffset Made { get; init; }

    internal static ChatRoleInfo Of(RoleListItem item) => new()
    {
        Principal = item.Principal,
        Name = item.Name,
        Role = item.Role,
        Restriction = item.Restriction,
        Until = WireTimes.TimeOrNone(item.Until),
        Reason = item.Reason,
        By = item.By,
        Made = WireTimes.Time(item.Made),
    };
}
