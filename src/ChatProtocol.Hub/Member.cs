namespace ChatProtocol.Hub;

/// <summary>
/// A session's membership in a room: a cursor. At the head it gets pushes, behind it the server feeds it at its own pace.
/// </summary>
internal sealed class Member
{
    public Member(Session session, Room room, ulong cursor, PresenceMode presence)
    {
        Session = session;
        Room = room;
        Presence = presence;
        Cursor = cursor;
        Credit = session.Window is { } window ? new Credit(window) : null;
        WasLive = cursor >= room.Committed;
        Turn = new LinkedListNode<Member>(this);
    }

    public Session Session { get; }

    public Room Room { get; }

    public PresenceMode Presence { get; }

    /// <summary>The last seq that the peer's queue has taken.</summary>
    public ulong Cursor { get; set; }

    /// <summary>Flow control for this room alone; null if the client asked for none.</summary>
    public Credit? Credit { get; }

    /// <summary>The member's index in the room's list.</summary>
    public int Index { get; set; }

    /// <summary>The node in the session's list of members that are behind and wait for their turn; in no list otherwise.</summary>
    public LinkedListNode<Member> Turn { get; }

    /// <summary>The node in the list of rooms that the session's inbox holds; null for other rooms.</summary>
    public LinkedListNode<Member>? Invitation { get; set; }

    /// <summary>Whether the member has reached the head, so that falling behind has to be told (CP-DEL-013).</summary>
    public bool WasLive { get; set; }

    public bool IsGone { get; set; }
}
