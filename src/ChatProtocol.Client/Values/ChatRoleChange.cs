namespace ChatProtocol.Client;

/// <summary>
/// The role or the restriction of a user in a room was changed, an entry of its log (<see cref="ChatRoom.SetRoleAsync"/>,
/// <see cref="ChatRoom.MuteAsync"/>). Immutable.
/// </summary>
public sealed record ChatRoleChange : ChatEntry
{
    /// <summary>The principal that it concerns: compare it with <see cref="ChatClient.Principal"/>.</summary>
    public ulong Principal { get; init; }

    /// <summary>The name of that principal at that time.</summary>
    public string Whom { get; init; } = "";

    /// <summary>Its role from then on.</summary>
    public RoomRole Role { get; init; }

    /// <summary>Its restriction from then on, until <see cref="Until"/>.</summary>
    public RoomRestriction Restriction { get; init; }

    /// <summary>When the restriction ends, by the server's clock; null for never, or if there is none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// The change in words that go on behind the author's name, with its reason, such as <c>has muted bob: too loud</c>; empty if it was
    /// erased.
    /// </summary>
    public Text Text { get; init; }

    /// <summary>Whether its words were erased.</summary>
    public bool IsErased => Text.Length == 0;

    /// <inheritdoc/>
    public override bool IsSaid => true;

    /// <inheritdoc/>
    public override ChatMessage ToMessage() => ToNotice(Text);
}
