namespace ChatProtocol.Hub;

/// <summary>Delivers to the members that are sessions' memberships.</summary>
internal interface IMemberHost
{
    /// <summary>Sends a member as much as its peer takes. Returns the cost: one, and what the bytes cost.</summary>
    int Serve(Member member);

    /// <summary>The member leaves its room.</summary>
    void Exit(Member member);
}

/// <summary>
/// A session's membership in a room. At the head it gets pushes, behind it the server feeds it at its own pace.
/// </summary>
internal sealed class Member : RoomMember
{
    private readonly IMemberHost _host;

    public Member(IMemberHost host, Session session, Room room, ulong cursor, PresenceMode presence)
        : base(room, cursor, presence)
    {
        _host = host;
        Session = session;
        SendWindow = session.Window is { } window ? new SendWindow(window) : null;
        WasLive = cursor >= room.Committed;
        Turn = new LinkedListNode<Member>(this);
    }

    public Session Session { get; }

    /// <summary>Flow control for this room alone; null if the client asked for none.</summary>
    public SendWindow? SendWindow { get; }

    /// <summary>The node in the session's list of members that are behind and wait for their turn; in no list otherwise.</summary>
    public LinkedListNode<Member> Turn { get; }

    /// <summary>The node in the list of rooms that the session's inbox holds; null for other rooms.</summary>
    public LinkedListNode<Member>? Invitation { get; set; }

    /// <summary>Whether the member has reached the head, so that falling behind has to be told (CP-DEL-013).</summary>
    public bool WasLive { get; set; }

    public override int Offer() => _host.Serve(this);

    public override void Tell(Frame happened) => Session.Reply(happened);

    public override void TellIfItHasRoom(Frame happened)
    {
        // A session that takes nothing is not sent presence, or a stalled one would queue every change.
        if (Session.HasRoom())
            Session.Reply(happened);
    }

    public override void End(Frame last)
    {
        _host.Exit(this);
        Session.Reply(last);
    }
}
