namespace ChatProtocol.Client;

/// <summary>
/// What has become of a message, an entry of the room's log that shows nothing by itself: a <see cref="ChatEdit"/>, a
/// <see cref="ChatRetraction"/>, a <see cref="ChatReaction"/> or a <see cref="ChatPin"/>. <see cref="RoomMessages"/> applies them. Immutable.
/// </summary>
public abstract record ChatAmendment : ChatEntry
{
    private protected ChatAmendment()
    {
    }

    /// <summary>The seq of the message that it amends.</summary>
    public ulong Target { get; init; }

    /// <inheritdoc/>
    public override bool IsSaid => false;

    /// <inheritdoc/>
    public override ChatMessage? ToMessage() => null;
}

/// <summary>A message has another text (<see cref="ChatRoom.EditAsync"/>). Immutable.</summary>
public sealed record ChatEdit : ChatAmendment
{
    /// <summary>The message's new text; empty if it was erased.</summary>
    public Text Text { get; init; }

    /// <summary>Whether the text was erased; the message is then to be left as it is.</summary>
    public bool IsErased => Text.Length == 0;
}

/// <summary>
/// A message was taken back, by its author or a moderator (<see cref="ChatRoom.RetractAsync"/>): a program drops every text that it has of
/// it (CP-AMD-009). Immutable.
/// </summary>
public sealed record ChatRetraction : ChatAmendment;

/// <summary>Users have reacted to a message, or no longer do (<see cref="ChatRoom.ReactAsync"/>). Immutable.</summary>
public sealed record ChatReaction : ChatAmendment
{
    /// <summary>Each reaction that has changed, with how many users react so from then on; 0 if nobody does.</summary>
    public IReadOnlyDictionary<string, ulong> Counts { get; init; } = new Dictionary<string, ulong>();

    /// <summary>The changes, in their order; the entry's author is the server where it tells those of several users.</summary>
    public IReadOnlyList<ReactionSwitch> Changes { get; init; } = [];
}

/// <summary>A message was pinned to the room, or is no longer (<see cref="ChatRoom.PinAsync"/>). Immutable.</summary>
public sealed record ChatPin : ChatAmendment
{
    /// <summary>Whether it is pinned from then on.</summary>
    public bool IsPinned { get; init; }
}
