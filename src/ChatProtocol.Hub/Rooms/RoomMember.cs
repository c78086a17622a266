namespace ChatProtocol.Hub;

/// <summary>
/// A member as its room knows it: a cursor, and something that takes what it is offered. The room knows nothing of sessions, so
/// that a member may as well be another machine with members of its own.
/// </summary>
internal abstract class RoomMember(Room room, ulong cursor, PresenceMode presence)
{
    public Room Room { get; } = room;

    public PresenceMode Presence { get; } = presence;

    /// <summary>The seq up to which everything was sent to it.</summary>
    public ulong Cursor { get; set; } = cursor;

    /// <summary>The member's index in the room's list.</summary>
    public int Index { get; set; }

    public bool IsGone { get; set; }

    /// <summary>Offers it the entries behind its cursor; it takes as many as it has room for. Returns the cost.</summary>
    public abstract int Offer();

    /// <summary>Tells it of an event that is no entry.</summary>
    public abstract void Tell(Frame happened);

    /// <summary>Tells it of an event that may be left out: it is, while the member takes nothing.</summary>
    public abstract void TellIfItHasRoom(Frame happened);

    /// <summary>The room is removed: the member leaves it, and is told last of all.</summary>
    public abstract void End(Frame last);
}
