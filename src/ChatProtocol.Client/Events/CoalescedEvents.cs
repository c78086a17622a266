namespace ChatProtocol.Client;

/// <summary>
/// The events that are not entries, in their order, merged so that their number stays bounded while none is taken: a
/// room's presence is one event, only the latest lost and restored connections and the latest notices are kept, and an event
/// that repeats the room's one before replaces it. Guarded by its owner's lock.
/// </summary>
internal sealed class CoalescedEvents
{
    /// <summary>The most events of lost and restored connections; nobody needs the earlier ones.</summary>
    private const int MaxConnections = 16;

    /// <summary>The most notices, the most erasures and the most invitations.</summary>
    private const int MaxOfAKind = 1024;

    private const int MaxNoticeBytes = 256 * 1024;

    private readonly LinkedList<(long Order, ChatEvent Event)> _waiting = new();
    private LinkedListNode<(long Order, ChatEvent Event)>? _missed;
    private int _connections;
    private int _erasures;
    private int _invitations;
    private int _notices;
    private long _noticeBytes;

    public void Add(long order, ChatEvent happened)
    {
        _waiting.AddLast((order, Merged(happened)));
        Count(happened, 1);
        while (_connections > MaxConnections)
            DropOldest(static other => other is ConnectionLost or ConnectionRestored);
        while (_notices > MaxOfAKind || _noticeBytes > MaxNoticeBytes && _notices > 1)
            Miss(DropOldest(static other => other is NoticeReceived));
        while (_erasures > MaxOfAKind)
            Miss(DropOldest(static other => other is MessageErased));
        while (_invitations > MaxOfAKind)
            Miss(DropOldest(static other => other is InvitedToRoom));
    }

    /// <summary>Takes the first event if it came before a place in the order.</summary>
    public bool TryTake(long before, out ChatEvent? happened)
    {
        happened = null;
        if (_waiting.First is not { } first || first.Value.Order > before)
            return false;
        _waiting.RemoveFirst();
        Count(first.Value.Event, -1);
        happened = first.Value.Event;
        return true;
    }

    /// <summary>Moves the waiting events of a kind to another, in which none waits.</summary>
    public void MoveTo(CoalescedEvents other, Predicate<ChatEvent> which)
    {
        for (var node = _waiting.First; node is not null;)
        {
            var (next, (order, happened)) = (node.Next, node.Value);
            if (which(happened))
            {
                _waiting.Remove(node);
                Count(happened, -1);
                other.Add(order, happened);
            }
            node = next;
        }
    }

    /// <summary>The event merged with a waiting one of the same kind and room, which is taken out.</summary>
    private ChatEvent Merged(ChatEvent happened) => happened switch
    {
        PresenceChanged now when Take<PresenceChanged>(now.Room, one => one.Room) is { } before =>
            new PresenceChanged(now.Room, PresenceTracker.Merge(before.Change, now.Change)),
        // An attempt is of use until the next one, or until it is made.
        ReconnectAttempt or ConnectionRestored when TakeAttempt() => happened,
        FellBehind now when Take<FellBehind>(now.Room, one => one.Room) is not null => now,
        MessagesExpired now when Take<MessagesExpired>(now.Room, one => one.Room, now.Room.State.LastEntry) is not null => now,
        MarkerMoved now when TakeMarker(now.RoomId) => now,
        // A gap behind a gap adjoins it.
        MessagesMissing now when Take<MessagesMissing>(now.Room, one => one.Room, now.Room.State.LastEntry) is { } before =>
            new MessagesMissing(now.Room, before.First, now.Last, before.Reason),
        RoomRewound now when Take<RoomRewound>(now.Room, one => one.Room, now.Room.State.LastEntry) is { } before =>
            new RoomRewound(now.Room, Math.Min(before.Seq, now.Seq)),
        _ => happened,
    };

    /// <summary>Removes the room's last event of that kind, if it is behind a place in the order.</summary>
    private T? Take<T>(ChatRoom room, Func<T, ChatRoom> roomOf, long behind = -1)
        where T : ChatEvent
    {
        for (var node = _waiting.Last; node is not null && node.Value.Order > behind; node = node.Previous)
            if (node.Value.Event is T found && roomOf(found) == room)
            {
                _waiting.Remove(node);
                return found;
            }
        return null;
    }

    /// <summary>Removes the waiting marker of a room.</summary>
    private bool TakeMarker(ulong room)
    {
        for (var node = _waiting.Last; node is not null; node = node.Previous)
            if (node.Value.Event is MarkerMoved moved && moved.RoomId == room)
            {
                _waiting.Remove(node);
                return true;
            }
        return false;
    }

    /// <summary>Removes the waiting attempt to connect.</summary>
    private bool TakeAttempt()
    {
        for (var node = _waiting.Last; node is not null; node = node.Previous)
            if (node.Value.Event is ReconnectAttempt)
            {
                _waiting.Remove(node);
                return true;
            }
        return false;
    }

    private long DropOldest(Predicate<ChatEvent> which)
    {
        var node = _waiting.First!;
        while (!which(node.Value.Event))
            node = node.Next!;
        _waiting.Remove(node);
        Count(node.Value.Event, -1);
        return node.Value.Order;
    }

    /// <summary>Puts one event in the place of the first that was dropped; it counts all of them.</summary>
    private void Miss(long order)
    {
        if (_missed is { List: not null, Value: (var first, EventsMissed missed) })
        {
            _missed.Value = (first, new EventsMissed(missed.Count + 1));
            return;
        }
        var place = _waiting.First;
        while (place is not null && place.Value.Order < order)
            place = place.Next;
        _missed = new LinkedListNode<(long, ChatEvent)>((order, new EventsMissed(1)));
        if (place is null)
            _waiting.AddLast(_missed);
        else
            _waiting.AddBefore(place, _missed);
    }

    private void Count(ChatEvent happened, int by)
    {
        switch (happened)
        {
            case ConnectionLost or ConnectionRestored: _connections += by; break;
            case MessageErased: _erasures += by; break;
            case InvitedToRoom: _invitations += by; break;
            case NoticeReceived told:
                _notices += by;
                _noticeBytes += by * told.Text.Length;
                break;
        }
    }
}
