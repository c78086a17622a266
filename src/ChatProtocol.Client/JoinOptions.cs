namespace ChatProtocol.Client;

/// <summary>How to enter a room.</summary>
public sealed record JoinOptions
{
    /// <summary>The cursor: the first message wanted is the one after this seq, 0 for all there are. Null, the default, for what comes from now on.</summary>
    public ulong? After { get; init; }

    /// <summary>The epoch that <see cref="After"/> was counted in; null, the default, for the room's present one.</summary>
    public ulong? Epoch { get; init; }

    /// <summary>How much of the coming and going to hear. Nothing by default.</summary>
    public PresenceMode Presence { get; init; } = PresenceMode.None;
}
