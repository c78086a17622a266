namespace ChatProtocol.Client;

/// <summary>Options for joining a room.</summary>
public sealed record JoinOptions
{
    /// <summary>
    /// The cursor: the first message wanted is the one after this seq, 0 for all there are. Null, the default, for messages
    /// from now on.
    /// </summary>
    public ulong? After { get; init; }

    /// <summary>The epoch that <see cref="After"/> was counted in; null, the default, for the room's present one.</summary>
    public ulong? Epoch { get; init; }

    /// <summary>How much presence to receive. None by default.</summary>
    public PresenceMode Presence { get; init; } = PresenceMode.None;
}
