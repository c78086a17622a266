using ChatProtocol.Client;

namespace ChatProtocol.Testing;

/// <summary>
/// Makes the events of the SDK, which have no constructors, for the test of a program's handlers. Their rooms come from
/// <see cref="TestChatRoom"/> or a client, their entries from initializers.
/// </summary>
public static class TestChatEvents
{
    /// <summary>A <see cref="Client.MessageReceived"/>.</summary>
    public static MessageReceived MessageReceived(ChatRoom room, ChatMessage message) => new(room, message);

    /// <summary>A <see cref="Client.RoomChangeReceived"/>. The room itself stays as it was.</summary>
    public static RoomChangeReceived RoomChangeReceived(ChatRoom room, ChatRoomChange change) => new(room, change);

    /// <summary>A <see cref="Client.RoleChangeReceived"/>. The room itself stays as it was.</summary>
    public static RoleChangeReceived RoleChangeReceived(ChatRoom room, ChatRoleChange change) => new(room, change);

    /// <summary>A <see cref="Client.PurgeReceived"/>.</summary>
    public static PurgeReceived PurgeReceived(ChatRoom room, ChatPurge purge) => new(room, purge);

    /// <summary>An <see cref="Client.EditReceived"/>.</summary>
    public static EditReceived EditReceived(ChatRoom room, ChatEdit edit) => new(room, edit);

    /// <summary>A <see cref="Client.RetractionReceived"/>.</summary>
    public static RetractionReceived RetractionReceived(ChatRoom room, ChatRetraction retraction) => new(room, retraction);

    /// <summary>A <see cref="Client.ReactionReceived"/>.</summary>
    public static ReactionReceived ReactionReceived(ChatRoom room, ChatReaction reaction) => new(room, reaction);

    /// <summary>A <see cref="Client.PinReceived"/>.</summary>
    public static PinReceived PinReceived(ChatRoom room, ChatPin pin) => new(room, pin);

    /// <summary>A <see cref="Client.UnknownEntryReceived"/>.</summary>
    public static UnknownEntryReceived UnknownEntryReceived(ChatRoom room, UnknownChatEntry entry) => new(room, entry);

    /// <summary>A <see cref="Client.MessageErased"/>.</summary>
    public static MessageErased MessageErased(ChatRoom room, ulong seq) => new(room, seq);

    /// <summary>A <see cref="Client.MarkerMoved"/>.</summary>
    /// <param name="roomId">The room's id.</param>
    /// <param name="unread">How far the user has read by now.</param>
    /// <param name="room">The room; null if it is not joined.</param>
    public static MarkerMoved MarkerMoved(ulong roomId, ChatUnread unread, ChatRoom? room = null) => new(roomId, room, unread);

    /// <summary>A <see cref="Client.RoomRemovedByAdmin"/>.</summary>
    public static RoomRemovedByAdmin RoomRemovedByAdmin(ChatRoom room) => new(room);

    /// <summary>An <see cref="Client.ExpelledFromRoom"/>.</summary>
    public static ExpelledFromRoom ExpelledFromRoom(ChatRoom room, string reason = "") => new(room, reason);

    /// <summary>An <see cref="Client.InvitedToRoom"/>.</summary>
    /// <param name="roomId">The room's id.</param>
    /// <param name="name">The room's name.</param>
    /// <param name="by">The name of the user that has invited.</param>
    public static InvitedToRoom InvitedToRoom(ulong roomId, string name, string by) => new(new Invited(roomId, name, by));

    /// <summary>A <see cref="Client.PresenceChanged"/>.</summary>
    /// <param name="room">The room.</param>
    /// <param name="count">How many users are present now.</param>
    /// <param name="arrived">The users that came.</param>
    /// <param name="left">The users that left.</param>
    public static PresenceChanged PresenceChanged(ChatRoom room, ulong count, IEnumerable<ChatUser>? arrived = null, IEnumerable<ChatUser>? left = null)
    {
        ArgumentNullException.ThrowIfNull(room);
        return new(room, new Presence(room.Id, count, [.. PresentUsers(arrived)], [.. PresentUsers(left)]));
    }

    /// <summary>A <see cref="Client.FellBehind"/>.</summary>
    public static FellBehind FellBehind(ChatRoom room, ulong head) => new(room, head);

    /// <summary>A <see cref="Client.NoticeReceived"/>.</summary>
    public static NoticeReceived NoticeReceived(DateTimeOffset time, Text text) => new(time, text);

    /// <summary>A <see cref="Client.NameChanged"/>.</summary>
    public static NameChanged NameChanged(string name) => new(name);

    /// <summary>A <see cref="Client.PrivateRoomOpened"/>.</summary>
    public static PrivateRoomOpened PrivateRoomOpened(ChatRoom room) => new(room);

    /// <summary>A <see cref="Client.ConnectionLost"/>, by default because the connection broke.</summary>
    public static ConnectionLost ConnectionLost(ChatException? error = null) => new(error ?? TestChatExceptions.Disconnected());

    /// <summary>A <see cref="Client.ReconnectAttempt"/>, by default because the connection broke.</summary>
    /// <param name="number">The attempt's number, from 1.</param>
    /// <param name="next">How long from now it is made.</param>
    /// <param name="error">Why the attempt before has failed.</param>
    public static ReconnectAttempt ReconnectAttempt(int number, TimeSpan next, ChatException? error = null) =>
        new(number, next, error ?? TestChatExceptions.Disconnected());

    /// <summary>A <see cref="Client.ConnectionRestored"/>, by default with a server of default limits.</summary>
    public static ConnectionRestored ConnectionRestored(ServerInfo? server = null) => new(server ?? ServerInfo());

    /// <summary>A <see cref="Client.RoomRewound"/>.</summary>
    public static RoomRewound RoomRewound(ChatRoom room, ulong seq) => new(room, seq);

    /// <summary>A <see cref="Client.MessagesExpired"/>.</summary>
    public static MessagesExpired MessagesExpired(ChatRoom room, ulong through) => new(room, through);

    /// <summary>A <see cref="Client.MessagesMissing"/>.</summary>
    public static MessagesMissing MessagesMissing(ChatRoom room, ulong first, ulong last, GapReason reason) => new(room, first, last, reason);

    /// <summary>A <see cref="Client.RoomLost"/>.</summary>
    public static RoomLost RoomLost(ChatRoom room, ChatException error) => new(room, error);

    /// <summary>An <see cref="Client.EventsMissed"/>.</summary>
    public static EventsMissed EventsMissed(long count) => new(count);

    /// <summary>A <see cref="Client.SessionEnded"/>; without a cause the client itself has quit.</summary>
    public static SessionEnded SessionEnded(ServerBye? bye = null, ChatException? error = null) => new(bye, error);

    /// <summary>A server's description of itself.</summary>
    /// <param name="agent">The program's name and version.</param>
    /// <param name="limits">The limits; those of a server by default.</param>
    /// <param name="durability">The durability of an acknowledged post.</param>
    public static ServerInfo ServerInfo(string agent = "chat-test-server", Limits? limits = null, Durability durability = Durability.Synced) =>
        Client.ServerInfo.From(
            new Welcome(1, ProtocolVersion.Major, ProtocolVersion.Minor, [], new byte[16], agent, limits ?? Limits.Default, durability, 0), DateTimeOffset.UnixEpoch);

    private static IEnumerable<PresentUser> PresentUsers(IEnumerable<ChatUser>? users) => (users ?? []).Select(user => new PresentUser(user.Principal, user.Name));
}
