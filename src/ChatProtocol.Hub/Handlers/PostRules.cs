namespace ChatProtocol.Hub;

/// <summary>What may be said in a room, beside the asker's rights there: the same for posts and for what amends them.</summary>
internal sealed class PostRules(HubOptions options, HubStatus status, BlockBook blocks)
{
    /// <summary>Whether the text may be stored; if not, the request was refused.</summary>
    public bool MayPost(Session session, ulong id, Room room, Principal from, Text text)
    {
        if (text.Length == 0)
            session.Refuse(id, ErrorCode.TextEmpty, "there is nothing to say", field: "text");
        else if (text.Length > options.Limits.Text)
            session.Refuse(id, ErrorCode.TextTooLong,
                $"the text has {text.Length} bytes of UTF-8, and the limit is {options.Limits.Text}", (ulong)options.Limits.Text, "text");
        else
            return MayAppend(session, id, room, from);
        return false;
    }

    /// <summary>Whether an entry by this principal may be stored in a room; if not, the request was refused.</summary>
    public bool MayAppend(Session session, ulong id, Room room, Principal from)
    {
        if (room.IsPrivate && blocks.Contains(from, room.PeerOf(from)))
            session.Refuse(id, ErrorCode.Blocked, $"you have blocked {room.PeerOf(from).Name}: unblock {room.PeerOf(from).Name} first", field: "room");
        else if (room.IsPrivate && AbsentPeer(from, room) is { } absent)
            session.Refuse(id, ErrorCode.NoSuchUser, $"{absent.Name} is not here");
        else if (status.IsStorageLow && !session.Permissions.Include(Permissions.UseReserve))
            session.Refuse(id, ErrorCode.LogUnavailable, "the server's disk is almost full, so nothing is posted until there is room again; reading goes on", retryAfter: 10_000);
        else
            return true;
        return false;
    }

    /// <summary>Whether the messages that a post refers to can be there; if not, it was refused (CP-MSG-018).</summary>
    public static bool MayReferTo(Session session, ulong id, Room room, MessageDetails? details)
    {
        if (details is null)
            return true;
        var field = IsThere(room, details.Reply) ? IsThere(room, details.Thread) ? null : "thread" : "reply";
        if (field is not null)
            session.Refuse(id, ErrorCode.NoSuchEntry, $"the room has no such entry: its entries are 1 to {room.Committed}", room.Committed, field);
        return field is null;
    }

    private static bool IsThere(Room room, ulong? seq) => seq is null || seq > 0 && seq <= room.Committed;

    /// <summary>The other principal of a private room, if it is absent without an account, or blocks this one (CP-ROM-016, CP-BLK-002).</summary>
    private Principal? AbsentPeer(Principal from, Room room)
    {
        var peer = room.PeerOf(from);
        return (peer.IsPresent || peer.Account is not null) && !blocks.Contains(peer, from) ? null : peer;
    }
}
