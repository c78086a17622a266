namespace ChatProtocol.Client;

/// <summary>A room of a list with what is unread there, as it was when the list was made. Immutable.</summary>
public sealed record ChatRoomUnread
{
    /// <summary>The room's id.</summary>
    public ulong RoomId { get; init; }

    /// <summary>How far this user has read, and how much it has not.</summary>
    public ChatUnread Unread { get; init; } = new();

    internal static ChatRoomUnread Of(UnreadListItem item) => new() { RoomId = item.Room, Unread = ChatUnread.Of(item) };
}
