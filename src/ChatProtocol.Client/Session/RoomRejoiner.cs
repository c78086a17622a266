namespace ChatProtocol.Client;

/// <summary>Finds every room again on a new connection, and resumes those that were joined (CP-DEL-012).</summary>
internal sealed class RoomRejoiner(RoomRegistry rooms, PendingRequests requests)
{
    // The peer of a private room may have another name by now.
    private Dictionary<ulong, string> _peers = [];

    /// <summary>Resumes all rooms.</summary>
    /// <param name="postpones">Whether a room is joined later, and not by this.</param>
    public async Task RunAsync(Predicate<ChatRoom> postpones)
    {
        var (joined, others) = rooms.ToResume();
        if (others.Exists(room => room.Kind == RoomKind.Private))
            _peers = await ListPeersAsync().ConfigureAwait(false);
        // All rooms are asked for at once, however many there are.
        await Task.WhenAll(others.Select(FindAsync)).ConfigureAwait(false);
        await Task.WhenAll(joined.Where(room => !postpones(room)).Select(JoinAsync)).ConfigureAwait(false);
    }

    /// <summary>Resumes one room, on a connection on which the others are found already.</summary>
    public async Task RunAsync(ChatRoom room)
    {
        if (room.Kind == RoomKind.Private)
            _peers = await ListPeersAsync().ConfigureAwait(false);
        await JoinAsync(room).ConfigureAwait(false);
    }

    private async Task<Dictionary<ulong, string>> ListPeersAsync()
    {
        var rooms = ListPages.ReadAsync(
            (after, _) => requests.AskAsync<RoomList, ListPage<RoomListItem>>(id => new Rooms(id, after), list => new(list.Items, list.More)),
            room => room.Room,
            CancellationToken.None);
        return await rooms.Where(room => room.Kind == RoomKind.Private).ToDictionaryAsync(room => room.Room, room => room.Name).ConfigureAwait(false);
    }

    private string AddressOf(RoomIdentity room) =>
        room.Kind == RoomKind.Private && _peers.TryGetValue(room.Id, out var name) ? Names.PrivateMark + name : room.Address;

    private async Task FindAsync(RoomIdentity room)
    {
        try
        {
            await requests.AskAsync<RoomInfo, bool>(id => new Open(id, AddressOf(room), room.IsWanted), info => rooms.TryPlace(room, info)).ConfigureAwait(false);
        }
        catch (ChatException e) when (IsRefused(e))
        {
            room.Refused(e.Code);
        }
    }

    private async Task JoinAsync(ChatRoom room)
    {
        try
        {
            if (room.Kind != RoomKind.Public && !rooms.IsPlaced(room.State.Identity))
                throw ChatException.Refused(ErrorCode.NoSuchRoom, $"{room} is not there any more");
            await JoinAsync(room, room.Epoch).ConfigureAwait(false);
        }
        catch (ChatException e) when (e is { Code: ErrorCode.EpochChanged or ErrorCode.CursorAhead, Value: { } seq })
        {
            rooms.Rewound(room, seq);
            await JoinAsync(room, epoch: null).ConfigureAwait(false);
        }
        catch (ChatException e) when (IsRefused(e))
        {
            rooms.Lost(room, e);
        }
    }

    private async Task JoinAsync(ChatRoom room, ulong? epoch)
    {
        var address = AddressOf(room.State.Identity);
        Task JoinOnceAsync() => requests.AskAsync<RoomInfo, bool>(id => new Join(id, address, room.State.Presence, room.State.Received, epoch), info =>
        {
            rooms.Resumed(room, info);
            return true;
        });
        try
        {
            await JoinOnceAsync().ConfigureAwait(false);
        }
        catch (ChatException e) when (e.Code == ErrorCode.AlreadyJoined)
        {
            // A message was posted there right after the login, and the inbox has joined the room, behind a gap.
            await requests.AskAsync<Ok, bool>(id => new Leave(id, room.Id), static _ => true).ConfigureAwait(false);
            await JoinOnceAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether the room itself is refused, be it for a time. A server that is shutting down has not done so: another connection is made then.
    /// </summary>
    private static bool IsRefused(ChatException failure) =>
        failure.Failure == ChatFailure.Refused && (!failure.MayRetry || failure.Code == ErrorCode.BannedFromRoom);
}
