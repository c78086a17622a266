namespace ChatProtocol.Client;

/// <summary>
/// The rooms that a client has seen, and which of them deliver to it; they outlive the connection. Thread-safe: the reading
/// loop tells what comes while the rooms of the connection before are still being joined again.
/// </summary>
internal sealed class RoomRegistry(EventBuffer events, IRoomRequests requests)
{
    private readonly Lock _gate = new();
    private readonly List<RoomIdentity> _all = [];
    private readonly List<ChatRoom> _joined = [];

    // By the ids of the connection at hand.
    private Dictionary<ulong, RoomIdentity> _known = [];
    private Dictionary<ulong, ChatRoom> _delivering = [];

    // Joined before, and not again yet: what comes of them was not asked for, and will come again.
    private HashSet<ChatRoom> _resuming = [];

    // Those of the connection at hand.
    private Output? _output;
    private ulong? _window;

    /// <summary>Makes a room out of join's reply.</summary>
    public ChatRoom Joined(RoomInfo info, PresenceMode presence)
    {
        lock (_gate)
        {
            Left(info.Room);
            return Deliver(new ChatRoom(requests, Know(info, isWanted: true), info, presence), info.Room);
        }
    }

    /// <summary>The room that was joined, or one that only is looked at.</summary>
    public ChatRoom Opened(RoomInfo info, bool isWanted)
    {
        lock (_gate)
        {
            var identity = Know(info, isWanted);
            if (!_delivering.TryGetValue(info.Room, out var room))
                return new ChatRoom(requests, identity, info, joinedWith: null);
            room.SawHead(info.Head);
            return room;
        }
    }

    /// <summary>Nothing of the room comes behind this (CP-ROM-007).</summary>
    public void Left(ulong id)
    {
        lock (_gate)
            if (_delivering.Remove(id, out var room) || (room = _resuming.FirstOrDefault(one => one.Id == id && one.Joined)) is not null)
                Forget(room);
    }

    /// <summary>Everything that comes of the room from here on is passed over, until it is resumed.</summary>
    public void Pause(ChatRoom room)
    {
        lock (_gate)
        {
            _delivering.Remove(room.Id);
            _resuming.Add(room);
        }
    }

    public bool IsPaused(ChatRoom room)
    {
        lock (_gate)
            return _resuming.Contains(room);
    }

    public void LeaveAll()
    {
        lock (_gate)
        {
            foreach (var room in _joined)
                room.Left();
            _joined.Clear();
            _delivering.Clear();
        }
    }

    /// <summary>Takes what came unasked; what is not known is passed over. The room, if it is an entry of one.</summary>
    /// <exception cref="ChatException">It cannot come here.</exception>
    public ChatRoom? Receive(Frame frame, int bytes)
    {
        lock (_gate)
        {
            switch (frame)
            {
                case Entry entry:
                    return Receive(entry, bytes);
                case Presence presence when _delivering.TryGetValue(presence.Room, out var room):
                    events.Add(PresenceChanged.Of(room, presence));
                    break;
                case Lag lag when _delivering.TryGetValue(lag.Room, out var room):
                    room.SawHead(lag.Head);
                    events.Add(new FellBehind(room, lag.Head));
                    break;
                case Gap gap when _delivering.TryGetValue(gap.Room, out var room):
                    Pass(room, gap);
                    break;
                case Erased erased when _delivering.TryGetValue(erased.Room, out var room):
                    events.Add(new MessageErased(room, erased.Seq));
                    break;
                case RoomRemoved removed when _delivering.Remove(removed.Room, out var room):
                    Forget(room);
                    _all.Remove(room.Identity);
                    _known.Remove(removed.Room);
                    events.Add(new RoomRemovedByAdmin(room));
                    break;
                case Notice notice:
                    events.Add(new NoticeReceived(WireValues.Time((ulong)notice.Time), notice.Text));
                    break;
                case PrivateRoom opened when _delivering.TryGetValue(opened.Room, out var known) && known.Received == opened.Cursor:
                    // It had been quiet for so long that the server let it go, and goes on where it was (CP-ROM-022).
                    break;
                case PrivateRoom opened when !_resuming.Any(room => room.Peer == opened.Peer):
                    events.Add(new PrivateRoomOpened(Deliver(new ChatRoom(requests, Know(opened), opened), opened.Room)));
                    break;
            }
            return null;
        }
    }

    /// <summary>A new connection knows nobody.</summary>
    /// <param name="output">Its own.</param>
    /// <param name="window">The bytes that the server gives each room; null if it gives no credit.</param>
    public void Connected(Output output, ulong? window)
    {
        lock (_gate)
        {
            _output = output;
            _window = window;
            _known = [];
            _delivering = [];
            _resuming = [.. _joined];
        }
    }

    /// <summary>Which rooms are to be joined again, and which others to be found again.</summary>
    public (List<ChatRoom> Joined, List<RoomIdentity> Others) ToResume()
    {
        lock (_gate)
        {
            // A private room is joined once it is certain which it is.
            return ([.. _joined], _all.FindAll(room => room.Kind == RoomKind.Private || !_joined.Exists(one => one.Identity == room)));
        }
    }

    /// <summary>False if it is another room: somebody else has the peer's name.</summary>
    public bool TryPlace(RoomIdentity room, RoomInfo info)
    {
        lock (_gate)
        {
            if (info.Peer != room.Peer)
            {
                room.Id = RoomIdentity.Nowhere;
                return false;
            }
            room.Id = info.Room;
            room.Epoch = info.Epoch;
            _known[info.Room] = room;
            return true;
        }
    }

    public bool IsPlaced(RoomIdentity room)
    {
        lock (_gate)
            return _known.GetValueOrDefault(room.Id) == room;
    }

    /// <summary>It is joined again, and what comes of it goes on where it was.</summary>
    public void Resumed(ChatRoom room, RoomInfo info)
    {
        lock (_gate)
        {
            TryPlace(room.Identity, info);
            if (!room.Joined)
                return;
            _resuming.Remove(room);
            if (!room.TryResume(info))
                events.Add(new MessagesExpired(room, info.Cursor));
            _delivering[info.Room] = WithCredit(room, info.Room);
        }
    }

    /// <summary>Another session of this principal has given it another name.</summary>
    public void Renamed(string name) => events.Add(new NameChanged(name));

    /// <summary>The server was restored from a backup: what came behind this seq is void.</summary>
    public void Rewound(ChatRoom room, ulong seq)
    {
        room.Rewind(seq);
        events.Add(new RoomRewound(room, seq));
    }

    /// <summary>It cannot be joined again.</summary>
    public void Lost(ChatRoom room, ChatException why)
    {
        lock (_gate)
        {
            _resuming.Remove(room);
            Forget(room);
            room.Identity.Id = RoomIdentity.Nowhere;
        }
        events.Add(new RoomLost(room, why));
    }

    private RoomIdentity Know(RoomInfo info, bool isWanted)
    {
        var identity = info.Kind == RoomKind.Private ? Know(info.Room, info.Kind, Names.PrivateMark + info.Name, info.Peer)
            : Know(info.Room, info.Kind, info.Name, peer: null);
        identity.IsWanted |= isWanted;
        identity.Epoch = info.Epoch;
        return identity;
    }

    private RoomIdentity Know(PrivateRoom opened)
    {
        var identity = Know(opened.Room, RoomKind.Private, Names.PrivateMark + opened.Name, opened.Peer);
        identity.Epoch = opened.Epoch;
        return identity;
    }

    private RoomIdentity Know(ulong id, RoomKind kind, string address, ulong? peer)
    {
        if (_known.TryGetValue(id, out var identity))
            return identity;
        // One that was gone may be back under another id, and its posts are counted on.
        identity = _all.Find(room => room.Kind == kind && room.Peer == peer && (peer is not null || room.Address.Equals(address, StringComparison.OrdinalIgnoreCase)));
        if (identity is null)
            _all.Add(identity = new RoomIdentity(kind, address, peer));
        identity.Id = id;
        return _known[id] = identity;
    }

    private ChatRoom Deliver(ChatRoom room, ulong id)
    {
        _joined.Add(room);
        return _delivering[id] = WithCredit(room, id);
    }

    private ChatRoom WithCredit(ChatRoom room, ulong id)
    {
        room.Credit = _window is { } window ? new RoomCredit(_output!, id, window) : null;
        return room;
    }

    private void Forget(ChatRoom room)
    {
        room.Left();
        _joined.Remove(room);
    }

    /// <summary>Entries that do not come count as come (CP-DEL-027).</summary>
    private void Pass(ChatRoom room, Gap gap)
    {
        if (gap.First != room.Received + 1 || gap.Last < gap.First)
            throw ChatException.BrokenProtocol($"a gap from {gap.First} to {gap.Last} of {room} came behind {room.Received}");
        room.Pass(gap.Last);
        events.Add(new MessagesMissing(room, gap.First, gap.Last, gap.Why));
    }

    private ChatRoom? Receive(Entry entry, int bytes)
    {
        if (!_delivering.TryGetValue(entry.Room, out var room))
        {
            if (_resuming.Any(resuming => resuming.Id == entry.Room))
                return null;
            throw ChatException.BrokenProtocol($"an entry came from room {entry.Room}, which was not joined");
        }
        if (!room.TryReceive(entry.Seq))
            throw ChatException.BrokenProtocol($"entry {entry.Seq} of {room} came behind {room.Received}");
        var shown = ChatEntry.Of(entry);
        events.Add(room, entry.Seq, shown is ChatMessage message ? new MessageReceived(room, message) : new UnknownEntryReceived(room, (UnknownChatEntry)shown), bytes);
        return room;
    }
}
