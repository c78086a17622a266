namespace ChatProtocol.Client;

/// <summary>
/// The rooms that a client has seen, and which of them deliver to it; they outlive the connection. Thread-safe: the reading
/// loop adds events while the earlier connection's rooms are still being rejoined.
/// </summary>
internal sealed class RoomRegistry(EventBuffer events, IRoomRequests requests)
{
    private readonly Lock _gate = new();
    private readonly List<RoomIdentity> _all = [];
    private readonly List<ChatRoom> _joined = [];

    // By their ids on the present connection.
    private Dictionary<ulong, RoomIdentity> _known = [];
    private Dictionary<ulong, ChatRoom> _delivering = [];

    // Rooms joined before and not rejoined yet: entries that come meanwhile are dropped, and will come again.
    private HashSet<ChatRoom> _resuming = [];

    // The output of the present connection, and what its login was answered with.
    private SendBuffer? _output;
    private LoggedIn _me = new(0, 0, 0, "", null);

    /// <summary>Makes a room from the reply to a join.</summary>
    public ChatRoom Joined(RoomInfo info, JoinOptions options)
    {
        lock (_gate)
        {
            Left(info.Room);
            var room = new ChatRoom(requests, Know(info, isWanted: true), info, options.Presence);
            if (options.OwnEvents)
                events.Separate(room.State);
            return Deliver(room, info.Room);
        }
    }

    /// <summary>The joined room, or a new one that is only opened.</summary>
    public ChatRoom Opened(RoomInfo info, bool isWanted)
    {
        lock (_gate)
        {
            var identity = Know(info, isWanted);
            if (!_delivering.TryGetValue(info.Room, out var room))
                return new ChatRoom(requests, identity, info, joinedWith: null);
            room.State.Told(info);
            return room;
        }
    }

    /// <summary>The room was left: no entry of it comes behind this (CP-ROM-007).</summary>
    public void Left(ulong id)
    {
        lock (_gate)
            if (_delivering.Remove(id, out var room) || (room = _resuming.FirstOrDefault(one => one.Id == id && one.Joined)) is not null)
                Forget(room);
    }

    /// <summary>From here on entries of the room are dropped, until it is resumed.</summary>
    public void Pause(ChatRoom room)
    {
        lock (_gate)
        {
            _delivering.Remove(room.Id);
            _resuming.Add(room);
        }
    }

    public bool IsPaused(RoomState room)
    {
        lock (_gate)
            return _resuming.Any(resuming => resuming.State == room);
    }

    public void LeaveAll()
    {
        lock (_gate)
        {
            foreach (var room in _joined)
                room.State.Left();
            _joined.Clear();
            _delivering.Clear();
        }
    }

    /// <summary>Handles a frame that is not a reply; unknown frames are ignored. Returns the room, if the frame is an entry.</summary>
    /// <exception cref="ChatException">The frame is not allowed here.</exception>
    public ChatRoom? Receive(Frame frame, int bytes)
    {
        lock (_gate)
        {
            switch (frame)
            {
                case Entry entry:
                    return Receive(entry, bytes);
                case Presence presence when _delivering.TryGetValue(presence.Room, out var room):
                    events.Add(new PresenceChanged(room, presence));
                    break;
                case Lag lag when _delivering.TryGetValue(lag.Room, out var room):
                    room.State.SawHead(lag.Head);
                    events.Add(new FellBehind(room, lag.Head));
                    break;
                case Gap gap when _delivering.TryGetValue(gap.Room, out var room):
                    Pass(room, gap);
                    break;
                case Erased erased when _delivering.TryGetValue(erased.Room, out var room):
                    room.State.Unread.Erased(erased.Seq);
                    DropText(room, erased.Seq);
                    events.Add(new MessageErased(room, erased.Seq));
                    break;
                case Marker marker:
                    Moved(marker);
                    break;
                case RoomRemoved removed when _delivering.Remove(removed.Room, out var room):
                    _all.Remove(room.State.Identity);
                    _known.Remove(removed.Room);
                    Forget(room, new RoomRemovedByAdmin(room));
                    break;
                case Expelled expelled when _delivering.Remove(expelled.Room, out var room):
                    Forget(room, new ExpelledFromRoom(room, expelled.Reason));
                    break;
                case Invited invited:
                    events.Add(new InvitedToRoom(invited));
                    break;
                case Traced traced:
                    events.Traces.Add(traced);
                    break;
                case Notice notice:
                    events.Add(new NoticeReceived(WireTimes.Time(notice.Time), notice.Text));
                    break;
                case PrivateRoom opened when _delivering.TryGetValue(opened.Room, out var known) && known.State.Received == opened.Cursor:
                    // The room was quiet for so long that the server's inbox left it; it resumes at its cursor (CP-ROM-022), and counts anew.
                    known.State.ReceiveWindow?.End();
                    WithCredit(known, opened.Room);
                    break;
                case PrivateRoom opened when !IsResumingWith(opened.Peer):
                    events.Add(new PrivateRoomOpened(Deliver(new ChatRoom(requests, Know(opened), opened), opened.Room)));
                    break;
            }
            return null;
        }
    }

    /// <summary>There is a new connection, on which no room has an id yet.</summary>
    /// <param name="output">The connection's output.</param>
    /// <param name="me">The answer to its login: this client, and the bytes that the server gives each room.</param>
    public void Connected(SendBuffer output, LoggedIn me)
    {
        lock (_gate)
        {
            _output = output;
            _me = me;
            _known = [];
            _delivering = [];
            _resuming = [.. _joined];
        }
    }

    /// <summary>The rooms to rejoin, and the other rooms to find again.</summary>
    public (List<ChatRoom> Joined, List<RoomIdentity> Others) ToResume()
    {
        lock (_gate)
        {
            // A private room and one by invitation are rejoined only once they are known to be the same.
            return ([.. _joined], _all.FindAll(room => room.Kind != RoomKind.Public || !_joined.Exists(one => one.State.Identity == room)));
        }
    }

    /// <summary>False if it is another room: another user has the peer's name, or another room the id.</summary>
    public bool TryPlace(RoomIdentity room, RoomInfo info)
    {
        lock (_gate)
        {
            if (!room.Is(info))
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

    /// <summary>The room is joined again, and its entries continue at its cursor.</summary>
    public void Resumed(ChatRoom room, RoomInfo info)
    {
        lock (_gate)
        {
            TryPlace(room.State.Identity, info);
            if (!room.Joined)
                return;
            _resuming.Remove(room);
            if (!room.State.TryResume(info))
                events.Add(new MessagesExpired(room, info.Cursor));
            _delivering[info.Room] = WithCredit(room, info.Room);
        }
    }

    /// <summary>Another session of this principal has changed its name.</summary>
    public void Renamed(string name) => events.Add(new NameChanged(name));

    /// <summary>The server was restored from a backup: the room's entries behind this seq are void.</summary>
    public void Rewound(ChatRoom room, ulong seq)
    {
        room.State.Rewind(seq);
        events.Add(new RoomRewound(room, seq));
    }

    /// <summary>The room cannot be rejoined.</summary>
    public void Lost(ChatRoom room, ChatException why)
    {
        lock (_gate)
        {
            _resuming.Remove(room);
            Forget(room, new RoomLost(room, why));
            room.State.Identity.Refused(why.Code);
        }
    }

    private RoomIdentity Know(RoomInfo info, bool isWanted)
    {
        var identity = Know(info.Room, info.Kind, info.Name, info.Kind == RoomKind.Private ? info.Peer : null);
        identity.IsWanted |= isWanted;
        identity.Epoch = info.Epoch;
        return identity;
    }

    private RoomIdentity Know(PrivateRoom opened)
    {
        var identity = Know(opened.Room, RoomKind.Private, opened.Name, opened.Peer);
        identity.Epoch = opened.Epoch;
        return identity;
    }

    private RoomIdentity Know(ulong id, RoomKind kind, string name, ulong? peer)
    {
        if (_known.TryGetValue(id, out var identity))
            return identity;
        // A room that was gone may be back under another id, and its posts continue their counters.
        var address = RoomAddress.Of(kind, name, id);
        identity = _all.Find(room => room.Kind == kind && room.Peer == peer && (peer is not null || room.Address.Equals(address.ToString(), StringComparison.OrdinalIgnoreCase)));
        if (identity is null)
            _all.Add(identity = new RoomIdentity(address, peer) { Name = kind == RoomKind.ByInvitation ? name : null });
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
        room.State.ReceiveWindow = _me.Window is { } window ? new ReceiveWindow(_output!, id, window) : null;
        return room;
    }

    /// <summary>The room delivers no more; its last event says why, if the program itself has not left it.</summary>
    private void Forget(ChatRoom room, ChatRoomEvent? last = null)
    {
        room.State.Left();
        _joined.Remove(room);
        if (last is not null)
            events.Add(last);
        events.Complete(room.State);
    }

    /// <summary>Another device has read on, in a room that this one need not have joined.</summary>
    private void Moved(Marker marker)
    {
        var unread = ChatUnread.Of(marker);
        var room = _delivering.GetValueOrDefault(marker.Room);
        room?.State.Unread.Told(unread);
        events.Add(new MarkerMoved(marker.Room, room, unread));
    }

    /// <summary>Missing entries count as received (CP-DEL-027).</summary>
    private void Pass(ChatRoom room, Gap gap)
    {
        if (gap.First != room.State.Received + 1 || gap.Last < gap.First)
            throw ChatException.BrokenProtocol($"a gap from {gap.First} to {gap.Last} of {room} came behind {room.State.Received}");
        room.State.Pass(gap.Last);
        events.Add(new MessagesMissing(room, gap.First, gap.Last, gap.Why));
    }

    private ChatRoom? Receive(Entry entry, int bytes)
    {
        if (!_delivering.TryGetValue(entry.Room, out var room))
        {
            if (IsResuming(entry.Room))
                return null;
            throw ChatException.BrokenProtocol($"an entry came from room {entry.Room}, which was not joined");
        }
        if (!room.State.TryReceive(entry, _me.Principal))
            throw ChatException.BrokenProtocol($"entry {entry.Seq} of {room} came behind {room.State.Received}");
        if (!entry.IsSaid)
            DropTexts(room, entry);
        events.Add(room.State, entry.Seq, ToEvent(room, WireEntries.Of(entry)), bytes);
        return room;
    }

    private void DropText(ChatRoom room, ulong seq) => events.DropTexts(room.State, seq, entry => entry.Seq == seq);

    /// <summary>What an entry says is gone is gone from the entries before it that nobody has taken yet.</summary>
    private void DropTexts(ChatRoom room, Entry entry)
    {
        if (entry is Retracted retracted)
            events.DropTexts(room.State, entry.Seq, one => one.Seq == retracted.Target || one is ChatEdit edit && edit.Target == retracted.Target);
        else if (entry is PurgedEntries purged)
            events.DropTexts(room.State, entry.Seq, one => one.From == purged.Principal && one.Seq >= purged.First && one.Seq <= purged.Last);
    }

    // Methods of their own hold the closures, which an entry that comes as it should does not pay for.
    private bool IsResuming(ulong id) => _resuming.Any(room => room.Id == id);

    private bool IsResumingWith(ulong peer) => _resuming.Any(room => room.Peer == peer);

    private static ChatEvent ToEvent(ChatRoom room, ChatEntry entry) => entry switch
    {
        ChatMessage message => new MessageReceived(room, message),
        ChatRoomChange change => new RoomChangeReceived(room, change),
        ChatRoleChange change => new RoleChangeReceived(room, change),
        ChatPurge purge => new PurgeReceived(room, purge),
        ChatEdit edit => new EditReceived(room, edit),
        ChatRetraction retraction => new RetractionReceived(room, retraction),
        ChatReaction reaction => new ReactionReceived(room, reaction),
        ChatPin pin => new PinReceived(room, pin),
        _ => new UnknownEntryReceived(room, (UnknownChatEntry)entry),
    };
}
