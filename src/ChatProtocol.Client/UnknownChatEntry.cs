namespace ChatProtocol.Client;

/// <summary>
/// An entry of a kind that this version does not know. It counts as any other; if it is said, its <see cref="Text"/> is shown
/// in place of what it holds, and otherwise nothing of it (CP-MSG-014, 015). Immutable.
/// </summary>
public sealed record UnknownChatEntry : ChatEntry
{
    /// <summary>The number of its kind, from 128 to 191.</summary>
    public int Code { get; init; }

    /// <summary>The text to show of one that is said, empty if it was erased; empty also for one that is not said.</summary>
    public Text Text { get; init; }

    /// <inheritdoc/>
    public override bool IsSaid => Entry.IsSaidCode(Code);

    /// <inheritdoc/>
    public override ChatMessage? ToMessage() => IsSaid ? new ChatMessage { RoomId = RoomId, Seq = Seq, Time = Time, From = From, Name = Name, Text = Text } : null;
}
