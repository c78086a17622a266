namespace ChatProtocol.Client;

/// <summary>
/// The messages of a user were purged, an entry of the room's log that shows nothing by itself: a program that keeps messages drops the texts of
/// those that it <see cref="Covers"/>, also where it was away while each was told by <see cref="MessageErased"/> (CP-PUR-004). Immutable.
/// </summary>
public sealed record ChatPurge : ChatEntry
{
    /// <summary>The principal whose messages are gone; <see cref="ChatEntry.From"/> is the one that purged them.</summary>
    public ulong Principal { get; init; }

    /// <summary>The seq of the first of them.</summary>
    public ulong First { get; init; }

    /// <summary>The seq of the last of them. Messages of others between the two stay.</summary>
    public ulong Last { get; init; }

    /// <inheritdoc/>
    public override bool IsSaid => false;

    /// <summary>Whether the text of a message is gone.</summary>
    /// <param name="message">A message of any room.</param>
    public bool Covers(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.RoomId == RoomId && message.From == Principal && message.Seq >= First && message.Seq <= Last;
    }

    /// <inheritdoc/>
    public override ChatMessage? ToMessage() => null;
}
