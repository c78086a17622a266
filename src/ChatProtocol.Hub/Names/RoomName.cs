namespace ChatProtocol.Hub;

/// <summary>The name of a public room.</summary>
/// <param name="Text">The name as typed by the user who made the room, or who asks for it.</param>
internal sealed record RoomName(string Text) : Name(Text);
