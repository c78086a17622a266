using System.Globalization;

namespace ChatProtocol.Client;

/// <summary>An event of one room that this client has joined.</summary>
public abstract record ChatRoomEvent : ChatEvent
{
    private protected ChatRoomEvent(ChatRoom room) => Room = room;

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }
}

/// <summary>A message was posted in a joined room; one's own posts come too, after they were acknowledged.</summary>
public sealed record MessageReceived : ChatRoomEvent
{
    internal MessageReceived(ChatRoom room, ChatMessage message) : base(room) => Message = message;

    /// <summary>The message, with its author and time.</summary>
    public ChatMessage Message { get; }
}

/// <summary>The settings of a joined room were changed; <see cref="ChatRoom.Topic"/> and the others have what is new.</summary>
public sealed record RoomChangeReceived : ChatRoomEvent
{
    internal RoomChangeReceived(ChatRoom room, ChatRoomChange change) : base(room) => Change = change;

    /// <summary>The entry that tells the change.</summary>
    public ChatRoomChange Change { get; }
}

/// <summary>The role or the restriction of a user in a joined room was changed, perhaps of this client's own.</summary>
public sealed record RoleChangeReceived : ChatRoomEvent
{
    internal RoleChangeReceived(ChatRoom room, ChatRoleChange change) : base(room) => Change = change;

    /// <summary>The entry that tells the change.</summary>
    public ChatRoleChange Change { get; }
}

/// <summary>What a user had posted in a joined room was purged: drop the texts of the messages that it covers (CP-PUR-004).</summary>
public sealed record PurgeReceived : ChatRoomEvent
{
    internal PurgeReceived(ChatRoom room, ChatPurge purge) : base(room) => Purge = purge;

    /// <summary>The entry that tells it.</summary>
    public ChatPurge Purge { get; }
}

/// <summary>A message of a joined room was edited, perhaps one that this client does not have.</summary>
public sealed record EditReceived : ChatRoomEvent
{
    internal EditReceived(ChatRoom room, ChatEdit edit) : base(room) => Edit = edit;

    /// <summary>The entry that tells it.</summary>
    public ChatEdit Edit { get; }
}

/// <summary>A message of a joined room was taken back: drop every text of it (CP-AMD-009). <see cref="MessageErased"/> comes too, for each text.</summary>
public sealed record RetractionReceived : ChatRoomEvent
{
    internal RetractionReceived(ChatRoom room, ChatRetraction retraction) : base(room) => Retraction = retraction;

    /// <summary>The entry that tells it.</summary>
    public ChatRetraction Retraction { get; }
}

/// <summary>The reactions to a message of a joined room have changed.</summary>
public sealed record ReactionReceived : ChatRoomEvent
{
    internal ReactionReceived(ChatRoom room, ChatReaction reaction) : base(room) => Reaction = reaction;

    /// <summary>The entry that tells it.</summary>
    public ChatReaction Reaction { get; }
}

/// <summary>A message of a joined room was pinned, or is no longer.</summary>
public sealed record PinReceived : ChatRoomEvent
{
    internal PinReceived(ChatRoom room, ChatPin pin) : base(room) => Pin = pin;

    /// <summary>The entry that tells it.</summary>
    public ChatPin Pin { get; }
}

/// <summary>
/// An entry of a kind that this version does not know came in a joined room (CP-MSG-014). If
/// <see cref="ChatEntry.IsSaid"/>, show its text like that of a message; otherwise show nothing.
/// </summary>
public sealed record UnknownEntryReceived : ChatRoomEvent
{
    internal UnknownEntryReceived(ChatRoom room, UnknownChatEntry entry) : base(room) => Entry = entry;

    /// <summary>The parts of the entry that every version knows.</summary>
    public UnknownChatEntry Entry { get; }
}

/// <summary>The text of an entry of a joined room was erased: drop every copy of it. The entry need not have been received.</summary>
public sealed record MessageErased : ChatRoomEvent
{
    internal MessageErased(ChatRoom room, ulong seq) : base(room) => Seq = seq;

    /// <summary>The entry's seq.</summary>
    public ulong Seq { get; }
}

/// <summary>
/// Another device of this user has read on in a room, which need not be joined. While none is taken, only the latest of each room is kept.
/// </summary>
public sealed record MarkerMoved : ChatEvent
{
    internal MarkerMoved(ulong roomId, ChatRoom? room, ChatUnread unread) => (RoomId, Room, Unread) = (roomId, room, unread);

    /// <summary>The room's id.</summary>
    public ulong RoomId { get; }

    /// <summary>The room, if it is joined.</summary>
    public ChatRoom? Room { get; }

    /// <summary>How far this user has read by now, and how much it has not.</summary>
    public ChatUnread Unread { get; }
}

/// <summary>
/// An admin has removed a joined room with all its entries. It delivers no more, and nobody can join it again: a new room of its
/// name is another room.
/// </summary>
public sealed record RoomRemovedByAdmin : ChatRoomEvent
{
    internal RoomRemovedByAdmin(ChatRoom room) : base(room)
    {
    }

}

/// <summary>
/// This client was banned from a joined room, or has no role any more in one by invitation (CP-ROL-021). The room delivers no more; what
/// is posted there is refused.
/// </summary>
public sealed record ExpelledFromRoom : ChatRoomEvent
{
    internal ExpelledFromRoom(ChatRoom room, string reason) : base(room) => Reason = reason;

    /// <summary>The reason of the ban; may be empty.</summary>
    public string Reason { get; }
}

/// <summary>This client was given a role in a room by invitation, and may join it from now on (CP-ROL-022).</summary>
public sealed record InvitedToRoom : ChatEvent
{
    internal InvitedToRoom(Invited invited) => (RoomId, Name, By) = (invited.Room, invited.Name, invited.By);

    /// <summary>The room's id.</summary>
    public ulong RoomId { get; }

    /// <summary>The room's name.</summary>
    public string Name { get; }

    /// <summary>The name of the user that has invited this client.</summary>
    public string By { get; }

    /// <summary>The address that <see cref="ChatClient.JoinAsync"/> takes.</summary>
    public string Address => RoomAddress.OfId(RoomId).ToString();
}

/// <summary>
/// Users came to or left a room that was joined with presence. If both lists are empty the room has too many users to
/// list: <see cref="ChatRoom.MembersAsync"/> lists them.
/// </summary>
public sealed record PresenceChanged : ChatRoomEvent
{
    internal PresenceChanged(ChatRoom room, Presence change) : base(room) => (Change, Arrived, Left) = (change, [.. change.Arrived.Select(ChatUser.Of)], [.. change.Left.Select(ChatUser.Of)]);

    /// <summary>How many users are present now.</summary>
    public ulong Count => Change.Count;

    /// <summary>The users that came. A user that was present before has a new name.</summary>
    public IReadOnlyList<ChatUser> Arrived { get; }

    /// <summary>The users that left, by the names last shown.</summary>
    public IReadOnlyList<ChatUser> Left { get; }

    internal Presence Change { get; }
}

/// <summary>This client is behind in a room. No message is lost and no action is needed: the server catches it up.</summary>
public sealed record FellBehind : ChatRoomEvent
{
    internal FellBehind(ChatRoom room, ulong head) : base(room) => Head = head;

    /// <summary>The seq of the room's last entry.</summary>
    public ulong Head { get; }
}

/// <summary>The server sent a notice to this session, outside of any room.</summary>
public sealed record NoticeReceived : ChatEvent
{
    internal NoticeReceived(DateTimeOffset time, Text text) => (Time, Text) = (time, text);

    /// <summary>When the notice was sent, by the server's clock.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The notice's text.</summary>
    public Text Text { get; }

    /// <summary>Tells the notice's time; its text stays out of logs.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"a notice of {Time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}");
}

/// <summary>Another session of the same user has changed the name, which is this client's <see cref="ChatClient.Name"/> too.</summary>
public sealed record NameChanged : ChatEvent
{
    internal NameChanged(string name) => Name = name;

    /// <summary>The name from now on.</summary>
    public string Name { get; }
}

/// <summary>A private room now delivers to this client, which was connected with <see cref="ChatClientOptions.Inbox"/>.</summary>
public sealed record PrivateRoomOpened : ChatEvent
{
    internal PrivateRoomOpened(ChatRoom room) => Room = room;

    /// <summary>The room, which is joined from here on.</summary>
    public ChatRoom Room { get; }
}

/// <summary>
/// The connection was lost and is being made again, for as long as <see cref="ChatClientOptions.ReconnectFor"/> allows.
/// Calls under way continue afterwards, and rooms at their cursors: no action is needed.
/// </summary>
public sealed record ConnectionLost : ChatEvent
{
    internal ConnectionLost(ChatException error) => Error = error;

    /// <summary>The cause; its <see cref="ChatException.Bye"/> tells when the server announced to be back.</summary>
    public ChatException Error { get; }
}

/// <summary>
/// An attempt to connect is about to be made, after one that failed or after the connection was lost. While none is taken, only the latest is
/// kept, until <see cref="ConnectionRestored"/> tells that it succeeded.
/// </summary>
public sealed record ReconnectAttempt : ChatEvent
{
    internal ReconnectAttempt(int number, TimeSpan next, ChatException error) => (Number, Next, Error) = (number, next, error);

    /// <summary>The attempt's number, from 1 since the connection was lost; a client's very first attempt is 1 too, and not told.</summary>
    public int Number { get; }

    /// <summary>How long from now it is made; zero for at once, as with a pipeline of the program's own (<see cref="ChatClientOptions.Reconnect"/>).</summary>
    public TimeSpan Next { get; }

    /// <summary>Why the attempt before has failed, or the connection was lost.</summary>
    public ChatException Error { get; }
}

/// <summary>The lost connection is restored. Presence may have changed meanwhile, without an event.</summary>
public sealed record ConnectionRestored : ChatEvent
{
    internal ConnectionRestored(ServerInfo server) => Server = server;

    /// <summary>The server's description of itself on this connection.</summary>
    public ServerInfo Server { get; }
}

/// <summary>
/// The server's log was restored from an earlier time: the room's entries above a seq are void, and other entries may
/// replace them.
/// </summary>
public sealed record RoomRewound : ChatRoomEvent
{
    internal RoomRewound(ChatRoom room, ulong seq) : base(room) => Seq = seq;

    /// <summary>The last seq that is still valid; the next message follows it.</summary>
    public ulong Seq { get; }
}

/// <summary>While the connection was lost, entries that this client did not have yet have expired: the next message follows them.</summary>
public sealed record MessagesExpired : ChatRoomEvent
{
    internal MessagesExpired(ChatRoom room, ulong through) : base(room) => Through = through;

    /// <summary>The last seq that has expired.</summary>
    public ulong Through { get; }
}

/// <summary>Entries of a joined room are not delivered: the next message follows them. All other entries are whole.</summary>
public sealed record MessagesMissing : ChatRoomEvent
{
    internal MessagesMissing(ChatRoom room, ulong first, ulong last, GapReason reason) : base(room) =>
        (First, Last, Reason, Cursor) = (first, last, reason, ChatCursor.At(last, room.Epoch));

    /// <summary>The first seq that is missing.</summary>
    public ulong First { get; }

    /// <summary>The last seq that is missing.</summary>
    public ulong Last { get; }

    /// <summary>Whether they are damaged, or expired before this client had them.</summary>
    public GapReason Reason { get; }

    /// <summary>The place behind them.</summary>
    internal ChatCursor Cursor { get; }
}

/// <summary>After the connection was restored the server refused to let this client join a room again. It delivers no more.</summary>
public sealed record RoomLost : ChatRoomEvent
{
    internal RoomLost(ChatRoom room, ChatException error) : base(room) => Error = error;

    /// <summary>The refusal.</summary>
    public ChatException Error { get; }
}

/// <summary>
/// More notices, erasures and invitations came than are kept while none is taken (1,024 of each, 256 KiB of notices): the
/// oldest were dropped. Messages never are.
/// </summary>
public sealed record EventsMissed : ChatEvent
{
    internal EventsMissed(long count) => Count = count;

    /// <summary>How many events were dropped.</summary>
    public long Count { get; }
}

/// <summary>The last event: the session is over.</summary>
public sealed record SessionEnded : ChatEvent
{
    internal SessionEnded(ServerBye? bye, ChatException? error) => (Bye, Error) = (bye, error);

    /// <summary>The server's goodbye, if it sent one: the reason, and when to reconnect.</summary>
    public ServerBye? Bye { get; }

    /// <summary>Why the session ended; null if the client itself quit or was disposed.</summary>
    public ChatException? Error { get; }
}
