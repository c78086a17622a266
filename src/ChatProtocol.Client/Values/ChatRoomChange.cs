namespace ChatProtocol.Client;

/// <summary>The settings of a room were changed, an entry of its log (<see cref="ChatRoom.ChangeAsync"/>). Immutable.</summary>
public sealed record ChatRoomChange : ChatEntry
{
    /// <summary>The settings that changed; without the title and the topic if the entry was erased.</summary>
    public RoomChange Change { get; init; } = new();

    /// <summary>The change in words that go on behind the author's name, such as <c>has set the topic: tea</c>; empty if it was erased.</summary>
    public Text Text { get; init; }

    /// <summary>Whether its words were erased.</summary>
    public bool IsErased => Text.Length == 0;

    /// <inheritdoc/>
    public override bool IsSaid => true;

    /// <inheritdoc/>
    public override ChatMessage ToMessage() => ToNotice(Text);
}
