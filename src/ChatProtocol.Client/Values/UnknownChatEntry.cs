namespace ChatProtocol.Client;

/// <summary>
/// An entry of a kind that this version does not know. It counts like any other; if it is said, its
/// <see cref="Text"/> is shown in place of its content, and otherwise it shows nothing (CP-MSG-014, 015). Immutable.
/// </summary>
public sealed record UnknownChatEntry : ChatEntry
{
    /// <summary>The number of its kind, from 128 to 191.</summary>
    public int Code { get; init; }

    /// <summary>The text to show in its place, empty if it was erased; empty also if the entry is not one to show.</summary>
    public Text Text { get; init; }

    /// <inheritdoc/>
    public override bool IsSaid => Entry.IsSaidCode(Code);

    /// <inheritdoc/>
    public override ChatMessage? ToMessage() => IsSaid ? new ChatMessage { RoomId = RoomId, Seq = Seq, Time = Time, From = From, Name = Name, Text = Text } : null;
}
