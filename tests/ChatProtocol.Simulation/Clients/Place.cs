namespace ChatProtocol.Simulation;

/// <summary>A room as one client knows it: its cursor and its poster.</summary>
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

    /// <summary>The room's id; 0 until the server has sent it.</summary>
    public ulong Room { get; private set; }

    /// <summary>The other principal of a private room; null in a public one.</summary>
    public ulong? Peer { get; private set; }

    public Standing State { get; private set; }

    /// <summary>The seq of the last entry received; null if there was none and the client wants new entries only.</summary>
    public ulong? Cursor { get; set; }

    public Poster Poster => client.PosterIn(Room);

    /// <summary>Whether the room's entries may be delivered.</summary>
    public bool IsJoined => isReader && State is Standing.Inside or Standing.Leaving;

    /// <summary>Whether nothing is left to post or to read; a client that has left for good waits for nothing.</summary>
    public bool IsSettled => State == Standing.Outside ? !IsWanted
        : State == Standing.Inside && (Poster.IsSettled || !client.SpeaksAt(this)) && (!isReader || Cursor == world.Ledger.RoomOf(Room).Head);

    /// <summary>Whether the client wants to be in the room.</summary>
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

    /// <summary>Handles an invitation: the server has made the session a member; earlier entries may be missing.</summary>
    public void Invited(Link link, PrivateRoom invitation)
    {
        Know(link, invitation.Room, invitation.Epoch, invitation.Peer);
        State = Standing.Inside;
        Cursor = invitation.Cursor;
    }

    public void Left() => State = Standing.Outside;

    /// <summary>Handles the refusal of a leave by a server that is about to stop.</summary>
    public void Stays() => State = Standing.Inside;

    /// <summary>Handles the loss of the connection, and so of the membership.</summary>
    public void Lost() => State = Standing.Outside;

    /// <summary>Moves the cursor over delivered entries, and checks their order.</summary>
    public void Advance(ulong first, int count)
    {
        if (first != Cursor + 1)
            throw new Violation(first > Cursor ? Checker.Hole : Checker.Duplicate, $"entry {first} of room {Room} comes to {client} behind {Cursor}");
        Cursor += (ulong)count;
    }

    public void Refused(Link link, Error error)
    {
        // An invitation may have arrived in between.
        if (State != Standing.Asking)
            return;
        State = Standing.Outside;
        switch (error.Reason)
        {
            // The name of a private room may belong to another user by now, and so mean another room.
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

    /// <summary>Handles the refusal of a room that the client knew.</summary>
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
