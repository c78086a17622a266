using System.Globalization;

namespace ChatProtocol.Client;

/// <summary>Something that came without being asked for. Kinds may be added: pass over those you do not know. Immutable.</summary>
public abstract record ChatEvent
{
    private protected ChatEvent()
    {
    }
}

/// <summary>Somebody said something in a room that was joined; one's own posts come too, after they were acknowledged.</summary>
public sealed record MessageReceived : ChatEvent
{
    internal MessageReceived(ChatRoom room, ChatMessage message) => (Room, Message) = (room, message);

    /// <summary>The room it was said in.</summary>
    public ChatRoom Room { get; }

    /// <summary>The message, with its author and time.</summary>
    public ChatMessage Message { get; }
}

/// <summary>
/// An entry of a kind that this version does not know came in a room that was joined (CP-MSG-014). Of one that
/// <see cref="ChatEntry.IsSaid"/> show the text, as that of a message; nothing of another one.
/// </summary>
public sealed record UnknownEntryReceived : ChatEvent
{
    internal UnknownEntryReceived(ChatRoom room, UnknownChatEntry entry) => (Room, Entry) = (room, entry);

    /// <summary>The room it belongs to.</summary>
    public ChatRoom Room { get; }

    /// <summary>The part of it that every version knows.</summary>
    public UnknownChatEntry Entry { get; }
}

/// <summary>An entry of a room that was joined has no text any more: drop it where it is kept. It may be one that was not received.</summary>
public sealed record MessageErased : ChatEvent
{
    internal MessageErased(ChatRoom room, ulong seq) => (Room, Seq) = (room, seq);

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }

    /// <summary>The entry's.</summary>
    public ulong Seq { get; }
}

/// <summary>An admin has removed a room that was joined, with all that was said there. It delivers no more, and nobody can join it again: another of its name is another room.</summary>
public sealed record RoomRemovedByAdmin : ChatEvent
{
    internal RoomRemovedByAdmin(ChatRoom room) => Room = room;

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }
}

/// <summary>
/// People came to or left a room that was joined with presence. Where both lists are empty the room has too many to be told
/// by name: <see cref="ChatRoom.MembersAsync"/> tells who is there.
/// </summary>
public sealed record PresenceChanged : ChatEvent
{
    internal PresenceChanged(ChatRoom room, ulong count, IReadOnlyList<ChatUser> arrived, IReadOnlyList<ChatUser> left) =>
        (Room, Count, Arrived, Left) = (room, count, arrived, left);

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }

    /// <summary>How many users are there now.</summary>
    public ulong Count { get; }

    /// <summary>The users who came. One who was there before has a new name.</summary>
    public IReadOnlyList<ChatUser> Arrived { get; }

    /// <summary>The users who left, by the names last shown.</summary>
    public IReadOnlyList<ChatUser> Left { get; }

    internal static PresenceChanged Of(ChatRoom room, Presence presence) =>
        new(room, presence.Count, [.. presence.Arrived.Select(ChatUser.Of)], [.. presence.Left.Select(ChatUser.Of)]);
}

/// <summary>This client is behind in a room. Nothing is lost and nothing need be done: the server catches it up.</summary>
public sealed record FellBehind : ChatEvent
{
    internal FellBehind(ChatRoom room, ulong head) => (Room, Head) = (room, head);

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }

    /// <summary>The seq of the room's last entry.</summary>
    public ulong Head { get; }
}

/// <summary>The server said something to this session, outside of any room.</summary>
public sealed record NoticeReceived : ChatEvent
{
    internal NoticeReceived(DateTimeOffset time, Text text) => (Time, Text) = (time, text);

    /// <summary>When it was said, by the server's clock.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The words.</summary>
    public Text Text { get; }

    /// <summary>Says that there is one; what was said in it stays out of logs.</summary>
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

    /// <summary>The room, joined from here on.</summary>
    public ChatRoom Room { get; }
}

/// <summary>
/// The connection was lost and is being made again, for as long as <see cref="ChatClientOptions.ReconnectFor"/> allows.
/// Calls under way go on behind it, and rooms from where they stood: nothing need be done.
/// </summary>
public sealed record ConnectionLost : ChatEvent
{
    internal ConnectionLost(ChatException error) => Error = error;

    /// <summary>The cause; <see cref="ChatException.Bye"/> tells when the server wanted to be back.</summary>
    public ChatException Error { get; }
}

/// <summary>The connection that was lost is there again. Who is present where may have changed meanwhile, untold.</summary>
public sealed record ConnectionRestored : ChatEvent
{
    internal ConnectionRestored(ServerInfo server) => Server = server;

    /// <summary>The server as it described itself this time.</summary>
    public ServerInfo Server { get; }
}

/// <summary>The server's log was restored from an earlier time: what came from the room above a seq is void, and other entries may take its place.</summary>
public sealed record RoomRewound : ChatEvent
{
    internal RoomRewound(ChatRoom room, ulong seq) => (Room, Seq) = (room, seq);

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }

    /// <summary>The last entry that is still good; the next message is the one behind it.</summary>
    public ulong Seq { get; }
}

/// <summary>While the connection was lost, entries that were still to come have expired: the next message is the one behind them.</summary>
public sealed record MessagesExpired : ChatEvent
{
    internal MessagesExpired(ChatRoom room, ulong through) => (Room, Through) = (room, through);

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }

    /// <summary>The last that is not kept any more.</summary>
    public ulong Through { get; }
}

/// <summary>Entries of a room that was joined do not come: the next message is the one behind them. Everything else is whole.</summary>
public sealed record MessagesMissing : ChatEvent
{
    internal MessagesMissing(ChatRoom room, ulong first, ulong last, GapReason reason) => (Room, First, Last, Reason) = (room, first, last, reason);

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }

    /// <summary>The seq of the first that is missing.</summary>
    public ulong First { get; }

    /// <summary>The seq of the last.</summary>
    public ulong Last { get; }

    /// <summary>Whether they are damaged, or expired before this client had them.</summary>
    public GapReason Reason { get; }
}

/// <summary>After the connection was made again the server did not let this client into a room. It delivers no more.</summary>
public sealed record RoomLost : ChatEvent
{
    internal RoomLost(ChatRoom room, ChatException error) => (Room, Error) = (room, error);

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }

    /// <summary>Why.</summary>
    public ChatException Error { get; }
}

/// <summary>
/// More notices and erasures came than are kept for somebody who takes none (1,024 of each, 256 KiB of notices): the oldest
/// were dropped. Messages never are.
/// </summary>
public sealed record EventsMissed : ChatEvent
{
    internal EventsMissed(long count) => Count = count;

    /// <summary>How many.</summary>
    public long Count { get; }
}

/// <summary>The last event: the session is over.</summary>
public sealed record SessionEnded : ChatEvent
{
    internal SessionEnded(ServerBye? bye, ChatException? error) => (Bye, Error) = (bye, error);

    /// <summary>The server's parting words, if it had any: why, and when to come back.</summary>
    public ServerBye? Bye { get; }

    /// <summary>Why it ended; null if the client itself quit or was disposed.</summary>
    public ChatException? Error { get; }
}
