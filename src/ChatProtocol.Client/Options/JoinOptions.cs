namespace ChatProtocol.Client;

/// <summary>Options for joining a room.</summary>
public sealed record JoinOptions
{
    /// <summary>
    /// The place behind which messages are wanted; <see cref="ChatCursor.Beginning"/> for all there are. Null, the default, for messages
    /// from now on. One of an epoch that is over is refused with <see cref="ErrorCode.EpochChanged"/>, and with the last seq that is still
    /// valid as <see cref="ChatException.Value"/>.
    /// </summary>
    public ChatCursor? From { get; init; }

    /// <summary>
    /// Whether the room's events come from <see cref="ChatRoom.EventsAsync"/> alone from the first one on, even if another part of the program
    /// reads <c>ChatClient.EventsAsync</c> meanwhile. Off by default: they do so from the first call of it on.
    /// </summary>
    public bool OwnEvents { get; init; }

    /// <summary>How much presence to receive. None by default.</summary>
    public PresenceMode Presence { get; init; } = PresenceMode.None;
}
