namespace ChatProtocol.Client;

/// <summary>
/// The rooms that a client has seen, and which of them deliver to it; they outlive the connection. Thread-safe: the reading
/// loop tells what comes while the rooms of the connection before are still being joined again.
/// </summary>
internal sealed class RoomBook(EventBuffer events)
{
    private readonly Lock _gate = new();
    private readonly List<RoomIdentity> _all = [];
    private readonly List<ChatRoom> _joined = [];

    // By the ids of the connection at hand.
    private Dictionary<ulong, RoomIdentity> _known = [];
    private Dictionary<ulong, ChatRoom> _delivering = [];

    // Joined before, and not again yet: what comes of them was not asked for, and will come again.
    private HashSet<ChatRoom> _resuming = [];

    /// <summary>Makes a room out of join's reply.</summary>
    public ChatRoom Joined(RoomInfo info, PresenceMode presence)
    {
        lock (_gate)
        {
            Left(info.Room);
            return Deliver(new ChatRoom(Know(info, isWanted: true), info, presence));
        }
    }

    /// <summary>The room that was joined, or one that only is looked at.</summary>
    public ChatRoom Opened(RoomInfo info, bool isWanted)
    {
        lock (_gate)
        {
            var identity = Know(info, isWanted);
            if (!_delivering.TryGetValue(info.Room, out var room))
                return new ChatRoom(identity, info, joinedWith: null);
            room.SawHead(info.Head);
            return room;
        }
    }

    /// <summary>Nothing of the room comes behind this (CP-ROM-007).</summary>
    public void Left(ulong id)
    {
        lock (_gate)
            if (_delivering.Remove(id, out var room))
                Forget(room);
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

    /// <summary>Takes what came unasked; what is not known is passed over.</summary>
    /// <exception cref="ChatException">It cannot come here.</exception>
    public void Receive(Frame frame)
    {
        lock (_gate)
        {
            switch (frame)
            {
                case Message message:
                    Receive(message);
                    break;
                case Presence presence when _delivering.TryGetValue(presence.Room, out var room):
                    events.Add(new PresenceChanged(room, presence));
                    break;
                case Lag lag when _delivering.TryGetValue(lag.Room, out var room):
                    room.SawHead(lag.Head);
                    events.Add(new FellBehind(room, lag.Head));
                    break;
                case Erased erased when _delivering.TryGetValue(erased.Room, out var room):
                    events.Add(new MessageErased(room, erased.Seq));
                    break;
                case Notice notice:
                    events.Add(new NoticeReceived(notice));
                    break;
                case PrivateRoom opened when !_resuming.Any(room => room.Peer == opened.Peer):
                    events.Add(new PrivateRoomOpened(Deliver(new ChatRoom(Know(opened), opened))));
                    break;
            }
        }
    }

    /// <summary>On a new connection: finds every room again, and goes on in those that were joined (CP-DEL-012).</summary>
    public async Task ResumeAsync(ServerLink link)
    {
        List<ChatRoom> joined;
        List<RoomIdentity> others;
        lock (_gate)
        {
            _known = [];
            _delivering = [];
            _resuming = [.. _joined];
            joined = [.. _joined];
            // Of a private one it has to be certain which it is before it is joined.
            others = _all.FindAll(room => room.Kind == RoomKind.Private || !joined.Exists(one => one.Identity == room));
        }
        var names = others.Exists(room => room.Kind == RoomKind.Private) ? await PrivateRoomsAsync(link).ConfigureAwait(false) : [];
        // All are asked for at once, however many there are.
        await Task.WhenAll(others.Select(room => FindAgainAsync(link, room, AddressOf(room)))).ConfigureAwait(false);
        await Task.WhenAll(joined.Select(room => JoinAgainAsync(link, room, AddressOf(room.Identity)))).ConfigureAwait(false);

        // Whoever is at the other end of a private room may be called something else by now.
        string AddressOf(RoomIdentity room) =>
            room.Kind == RoomKind.Private && names.TryGetValue(room.Id, out var name) ? Names.PrivateMark + name : room.Address;
    }

    private static async Task<Dictionary<ulong, string>> PrivateRoomsAsync(ServerLink link)
    {
        var rooms = Listing.ReadAsync(
            (after, _) => link.AskAsync<RoomList, Listing<RoomListItem>>(id => new Rooms(id, after), list => new(list.Items, list.More)),
            room => room.Room,
            CancellationToken.None);
        return await rooms.Where(room => room.Kind == RoomKind.Private).ToDictionaryAsync(room => room.Room, room => room.Name).ConfigureAwait(false);
    }

    private async Task FindAgainAsync(ServerLink link, RoomIdentity room, string address)
    {
        try
        {
            await link.AskAsync<RoomInfo, bool>(id => new Open(id, address, room.IsWanted), info => TryPlace(room, info)).ConfigureAwait(false);
        }
        catch (ChatException e) when (e is { Failure: ChatFailure.Refused, MayRetry: false })
        {
            // It is gone, and whoever asks for it is told so.
        }
    }

    /// <summary>False if it is another room: somebody else has the peer's name.</summary>
    private bool TryPlace(RoomIdentity room, RoomInfo info)
    {
        lock (_gate)
        {
            if (info.Peer != room.Peer)
                return false;
            room.Id = info.Room;
            room.Epoch = info.Epoch;
            _known[info.Room] = room;
            return true;
        }
    }

    private bool IsPlaced(RoomIdentity room)
    {
        lock (_gate)
            return _known.ContainsValue(room);
    }

    private async Task JoinAgainAsync(ServerLink link, ChatRoom room, string address)
    {
        try
        {
            if (room.Kind == RoomKind.Private && !IsPlaced(room.Identity))
                throw ChatException.Refused(ErrorCode.NoSuchRoom, $"{room} is not there any more");
            await JoinAgainAsync(link, room, address, room.Epoch).ConfigureAwait(false);
        }
        catch (ChatException e) when (e is { Code: ErrorCode.EpochChanged or ErrorCode.CursorAhead, Value: { } seq })
        {
            room.Rewind(seq);
            events.Add(new RoomRewound(room, seq));
            await JoinAgainAsync(link, room, address, epoch: null).ConfigureAwait(false);
        }
        // A server that is about to stop has nothing against us: then another connection is made.
        catch (ChatException e) when (e is { Failure: ChatFailure.Refused, MayRetry: false })
        {
            lock (_gate)
            {
                _resuming.Remove(room);
                Forget(room);
            }
            events.Add(new RoomLost(room, e));
        }
    }

    private async Task JoinAgainAsync(ServerLink link, ChatRoom room, string address, ulong? epoch)
    {
        Task<bool> JoinAsync() => link.AskAsync<RoomInfo, bool>(id => new Join(id, address, room.Presence, room.Received, epoch), info => Resumed(room, info));
        try
        {
            await JoinAsync().ConfigureAwait(false);
        }
        catch (ChatException e) when (e.Code == ErrorCode.AlreadyJoined)
        {
            // Something was said there as soon as we were back, and the inbox has joined it, behind a gap.
            await link.AskAsync<Ok, bool>(id => new Leave(id, room.Id), static _ => true).ConfigureAwait(false);
            await JoinAsync().ConfigureAwait(false);
        }
    }

    private bool Resumed(ChatRoom room, RoomInfo info)
    {
        lock (_gate)
        {
            TryPlace(room.Identity, info);
            _resuming.Remove(room);
            if (!room.TryResume(info))
                events.Add(new MessagesExpired(room, info.Cursor));
            _delivering[info.Room] = room;
            return true;
        }
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

    private ChatRoom Deliver(ChatRoom room)
    {
        _joined.Add(room);
        return _delivering[room.Id] = room;
    }

    private void Forget(ChatRoom room)
    {
        room.Left();
        _joined.Remove(room);
    }

    private void Receive(Message message)
    {
        if (!_delivering.TryGetValue(message.Room, out var room))
        {
            if (_resuming.Any(resuming => resuming.Id == message.Room))
                return;
            throw ChatException.BrokenProtocol($"a message came from room {message.Room}, which was not joined");
        }
        if (!room.TryReceive(message.Seq))
            throw ChatException.BrokenProtocol($"message {message.Seq} of {room} came behind {room.Received}");
        events.Add(new MessageReceived(room, message));
    }
}
