namespace ChatProtocol.Hub;

/// <summary>A session in a room: a cursor. At the head it gets pushes, behind it the server feeds it at its own pace.</summary>
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

    /// <summary>What holds back this room alone; null if the client asked for none.</summary>
    public Credit? Credit { get; }

    /// <summary>Where it stands in the room's list.</summary>
    public int Index { get; set; }

    /// <summary>Its place among those of its session that are behind and wait for their turn; in no list while it does not.</summary>
    public LinkedListNode<Member> Turn { get; }

    /// <summary>Its place among those that its session's inbox holds; null for the others.</summary>
    public LinkedListNode<Member>? Invitation { get; set; }

    /// <summary>It was at the head once, so falling behind is news (CP-DEL-013).</summary>
    public bool WasLive { get; set; }

    public bool IsGone { get; set; }
}
