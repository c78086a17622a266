namespace ChatProtocol.Client;

/// <summary>Something that came without being asked for. Kinds may be added: pass over those you do not know.</summary>
public abstract record ChatEvent
{
    private protected ChatEvent()
    {
    }
}

/// <summary>Somebody said something in a room that was joined; one's own posts come too, after they were acknowledged.</summary>
/// <param name="Room">The room it was said in.</param>
/// <param name="Message">What was said, by whom and when.</param>
public sealed record MessageReceived(ChatRoom Room, Message Message) : ChatEvent;

/// <summary>
/// An entry of a kind that this version does not know came in a room that was joined (CP-MSG-014). Of one that
/// <see cref="Entry.IsSaid"/> show the text, as that of a message; nothing of another one.
/// </summary>
/// <param name="Room">The room it belongs to.</param>
/// <param name="Entry">What is known of it.</param>
public sealed record UnknownEntryReceived(ChatRoom Room, UnknownEntry Entry) : ChatEvent;

/// <summary>An entry of a room that was joined has no text any more: drop it where it is kept. It may be one that was not received.</summary>
/// <param name="Room">The room.</param>
/// <param name="Seq">The entry's.</param>
public sealed record MessageErased(ChatRoom Room, ulong Seq) : ChatEvent;

/// <summary>An admin has removed a room that was joined, with all that was said there. It delivers no more, and nobody can join it again: another of its name is another room.</summary>
/// <param name="Room">The room.</param>
public sealed record RoomRemovedByAdmin(ChatRoom Room) : ChatEvent;

/// <summary>People came to or left a room that was joined with presence.</summary>
/// <param name="Room">The room.</param>
/// <param name="Presence">Who came, who left, and how many there are.</param>
public sealed record PresenceChanged(ChatRoom Room, Presence Presence) : ChatEvent;

/// <summary>This client is behind in a room. Nothing is lost and nothing need be done: the server catches it up.</summary>
/// <param name="Room">The room.</param>
/// <param name="Head">The seq of the room's last entry.</param>
public sealed record FellBehind(ChatRoom Room, ulong Head) : ChatEvent;

/// <summary>The server said something to this session, outside of any room.</summary>
/// <param name="Notice">What it said and when.</param>
public sealed record NoticeReceived(Notice Notice) : ChatEvent;

/// <summary>Another session of the same user has changed the name, which is this client's <see cref="ChatClient.Name"/> too.</summary>
/// <param name="Name">The name from now on.</param>
public sealed record NameChanged(string Name) : ChatEvent;

/// <summary>A private room now delivers to this client, which was connected with <see cref="ChatClientOptions.Inbox"/>.</summary>
/// <param name="Room">The room, joined from here on.</param>
public sealed record PrivateRoomOpened(ChatRoom Room) : ChatEvent;

/// <summary>
/// The connection was lost and is being made again, for as long as <see cref="ChatClientOptions.ReconnectFor"/> allows.
/// Calls under way go on behind it, and rooms from where they stood: nothing need be done.
/// </summary>
/// <param name="Error">What happened; <see cref="ChatException.Bye"/> tells when the server wanted to be back.</param>
public sealed record ConnectionLost(ChatException Error) : ChatEvent;

/// <summary>The connection that was lost is there again. Who is present where may have changed meanwhile, untold.</summary>
/// <param name="Server">What the server told about itself this time.</param>
public sealed record ConnectionRestored(ServerInfo Server) : ChatEvent;

/// <summary>The server's log was restored from an earlier time: what came from the room above a seq is void, and other entries may take its place.</summary>
/// <param name="Room">The room.</param>
/// <param name="Seq">The last entry that is still good; the next message is the one behind it.</param>
public sealed record RoomRewound(ChatRoom Room, ulong Seq) : ChatEvent;

/// <summary>While the connection was lost, entries that were still to come have expired: the next message is the one behind them.</summary>
/// <param name="Room">The room.</param>
/// <param name="Through">The last that is not kept any more.</param>
public sealed record MessagesExpired(ChatRoom Room, ulong Through) : ChatEvent;

/// <summary>Entries of a room that was joined do not come: the next message is the one behind them. Everything else is whole.</summary>
/// <param name="Room">The room.</param>
/// <param name="First">The seq of the first that is missing.</param>
/// <param name="Last">The seq of the last.</param>
/// <param name="Reason">Whether they are damaged, or expired before this client had them.</param>
public sealed record MessagesMissing(ChatRoom Room, ulong First, ulong Last, GapReason Reason) : ChatEvent;

/// <summary>After the connection was made again the server did not let this client into a room. It delivers no more.</summary>
/// <param name="Room">The room.</param>
/// <param name="Error">Why.</param>
public sealed record RoomLost(ChatRoom Room, ChatException Error) : ChatEvent;

/// <summary>
/// More notices and erasures came than are kept for somebody who takes none (1,024 of each, 256 KiB of notices): the oldest
/// were dropped. Messages never are.
/// </summary>
/// <param name="Count">How many.</param>
public sealed record EventsMissed(long Count) : ChatEvent;

/// <summary>The last event: the session is over.</summary>
/// <param name="Bye">The server's parting words, if it had any: why, and when to come back.</param>
/// <param name="Error">Why it ended; null if the client itself quit or was disposed.</param>
public sealed record SessionEnded(Bye? Bye, ChatException? Error) : ChatEvent;
