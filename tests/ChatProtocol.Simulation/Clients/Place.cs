namespace ChatProtocol.Simulation;

/// <summary>A room as one client knows it: where its cursor stands, and what it has to say there.</summary>
internal sealed class Place(World world, Client client, string address, bool isReader)
{
    private int _restores;
    private ulong _epoch;

    public enum Standing
    {
        Outside,
        Asking,
        Inside,
        Leaving,
    }

    public string Address => address;

    public bool IsReader => isReader;

    public bool IsPrivate => address.StartsWith(Names.PrivateMark);

    /// <summary>0 until the server has told it.</summary>
    public ulong Room { get; private set; }

    /// <summary>The other one of a private room.</summary>
    public ulong? Peer { get; private set; }

    public Standing State { get; private set; }

    /// <summary>The last entry that came; null if there was none and the client does not mind what was before.</summary>
    public ulong? Cursor { get; set; }

    public Poster Poster => client.PosterIn(Room);

    /// <summary>Whether entries may come.</summary>
    public bool IsJoined => isReader && State is Standing.Inside or Standing.Leaving;

    /// <summary>Nothing is left to say or to read; who has left for good has nothing to wait for.</summary>
    public bool IsSettled => State == Standing.Outside ? !IsWanted
        : State == Standing.Inside && (Poster.IsSettled || !client.SpeaksAt(this)) && (!isReader || Cursor == world.Ledger.RoomOf(Room).Head);

    /// <summary>Whether the client wants to be there.</summary>
    public bool IsWanted { get; set; } = true;

    public void Enter(Link link)
    {
        State = Standing.Asking;
        var id = link.Conversation.NextId;
        Request request = isReader ? new Join(id, address, (PresenceMode)(client.Number % 3), Cursor, Cursor is null ? null : _epoch) : new Open(id, address, true);
        link.Conversation.Ask(new Asked(request) { Place = this });
    }

    public void Leave(Link link)
    {
        State = Standing.Leaving;
        link.Conversation.Ask(new Asked(new Leave(link.Conversation.NextId, Room)) { Place = this });
    }

    public void Entered(Link link, RoomInfo info)
    {
        Know(link, info.Room, info.Epoch, info.Peer);
        State = Standing.Inside;
        Cursor = info.Cursor;
    }

    /// <summary>The server has made the session a member by itself; what was before may be missing.</summary>
    public void Invited(Link link, PrivateRoom invitation)
    {
        Know(link, invitation.Room, invitation.Epoch, invitation.Peer);
        State = Standing.Inside;
        Cursor = invitation.Cursor;
    }

    public void Left() => State = Standing.Outside;

    /// <summary>It may not leave: the server is about to stop.</summary>
    public void Stays() => State = Standing.Inside;

    /// <summary>The connection is gone, and with it every membership.</summary>
    public void Lost() => State = Standing.Outside;

    /// <summary>An entry has come from the log.</summary>
    public void Advance(ulong first, int count)
    {
        if (first != Cursor + 1)
            throw new Violation(first > Cursor ? Checker.Hole : Checker.Duplicate, $"entry {first} of room {Room} comes to {client} behind {Cursor}");
        Cursor += (ulong)count;
    }

    public void Refused(Link link, Error error)
    {
        // An invitation may have come in between.
        if (State != Standing.Asking)
            return;
        State = Standing.Outside;
        switch (error.Reason)
        {
            // The name of a private room may lead to somebody else by now, with whom there is another room.
            case ErrorCode.EpochChanged when !IsPrivate && world.Ledger.Restores == _restores:
                throw new Violation(Checker.Epoch, $"room {Room} is told to {client} to have another epoch without cause");
            case ErrorCode.EpochChanged:
                Cursor = Math.Min(Cursor!.Value, error.Value!.Value);
                Enter(link);
                break;
            case ErrorCode.CursorAhead when !IsPrivate:
                throw new Violation(Checker.Lost, $"{client} has entry {Cursor} of room {Room}, which ends with {error.Value}");
            case ErrorCode.AlreadyJoined when IsPrivate:
            case ErrorCode.CursorAhead or ErrorCode.NoSuchUser or ErrorCode.InvalidValue:
                IsWanted = false;
                break;
            case ErrorCode.WrongState or ErrorCode.ShuttingDown or ErrorCode.LogUnavailable:
                break;
            default:
                throw new Violation(Checker.Protocol, $"{client} may not enter {address}: {error}");
        }
    }

    /// <summary>A room that was known is not there any more.</summary>
    public void Vanished(ulong room)
    {
        if (world.Ledger.RoomOf(room).Head > 0)
            throw new Violation(Checker.Lost, $"room {room} has entries, and {client} is told that it does not exist");
        client.PosterIn(room).GiveUp();
        if (State == Standing.Inside && !isReader && Room == room)
            State = Standing.Outside;
    }

    public override string ToString() => $"{address} (room {Room}, {State}, cursor {Cursor} of {(Room == 0 ? 0 : world.Ledger.RoomOf(Room).Head)}, {Poster})";

    private void Know(Link link, ulong room, ulong epoch, ulong? peer)
    {
        _restores = link.Restores;
        _epoch = epoch;
        Peer = peer;
        Room = room;
    }
}
