namespace ChatProtocol.Client;

/// <summary>A message in a room. Immutable.</summary>
public sealed record ChatMessage : ChatEntry
{
    /// <summary>The message's text; empty if it was erased.</summary>
    public Text Text { get; init; }

    /// <summary>Whether the text was erased: no message is posted empty (CP-MSG-004, 009).</summary>
    public bool IsErased => Text.Length == 0;

    /// <inheritdoc/>
    public override bool IsSaid => true;

    /// <inheritdoc/>
    public override ChatMessage ToMessage() => this;
}
