namespace ChatProtocol.Simulation;

/// <summary>A room as one client knows it: its cursor and its poster.</summary>
internal sealed class ClientRoom(World world, Client client, string address, bool isReader)
{
    private int _restores;
    private ulong _taken;
    private ulong _told;
    private long _holdsUntil;
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

    /// <summary>Whether it is known by its id alone: it may be hidden.</summary>
    public bool IsById => address.StartsWith('#');

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
        : State == Standing.Inside && (Poster.IsSettled || !client.SpeaksAt(this)) && (!isReader || Cursor == world.Ledger.RoomOf(Room).Head || IsPaused);

    /// <summary>Whether the client has stopped this room alone, by taking no bytes of it (CP-DEL-033).</summary>
    private bool IsPaused => _holdsUntil == long.MaxValue && client.Link!.Memberships.IsSpent(Room);

    /// <summary>The time at which it may ask again (CP-LIM-006).</summary>
    public long NotBefore { get; private set; }

    /// <summary>Whether the client wants to be in the room.</summary>
    public bool IsWanted { get; set; } = true;

    public void Enter(Link link)
    {
        State = Standing.Asking;
        var id = link.Conversation.NextId;
        Request request = isReader ? new Join(id, address, (PresenceMode)(client.Number % 3), Cursor, Cursor is null ? null : _epoch) : new Open(id, address, true);
        link.Conversation.Ask(new PendingRequest(request) { ClientRoom = this });
    }

    public void Leave(Link link)
    {
        State = Standing.Leaving;
        link.Conversation.Ask(new PendingRequest(new Leave(link.Conversation.NextId, Room)) { ClientRoom = this });
    }

    /// <summary>Takes no bytes of the room for a while; some rooms until the end of the run.</summary>
    public void Hold() => _holdsUntil = world.Dice.Chance(0.2) ? long.MaxValue : world.Clock.Elapsed + world.Dice.Skewed(20_000);

    /// <summary>Reports the bytes taken, at random intervals but always in time (CP-DEL-035).</summary>
    public void Take(Link link)
    {
        if (client.Window is not { } window || !IsJoined || State == Standing.Leaving || _taken == _told)
            return;
        if (world.IsAuditing)
            _holdsUntil = 0;
        if (_holdsUntil == long.MaxValue || !world.IsHealing && world.Clock.Elapsed < _holdsUntil)
            return;
        if (!world.IsHealing && _taken - _told <= window && !world.Dice.Chance(0.05))
            return;
        _told = _taken;
        link.Say(new Taken(Room, _taken));
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

    /// <summary>Handles the answer to a leave; an invitation may have led the room to another room since.</summary>
    public void Left(ulong room)
    {
        if (Room == room)
            State = Standing.Outside;
    }

    /// <summary>Handles the refusal of a leave by a server that is about to stop.</summary>
    public void Stays() => State = Standing.Inside;

    /// <summary>Handles the loss of the connection, and so of the membership.</summary>
    public void Lost() => State = Standing.Outside;

    /// <summary>Handles the removal of the room: another room of its name or pair is new and empty.</summary>
    public void Removed()
    {
        client.PosterIn(Room).GiveUp();
        State = Standing.Outside;
        Cursor = null;
    }

    /// <summary>Handles the end of a membership by a ban, or as it has no role any more.</summary>
    public void Expelled() => (State, IsWanted) = (Standing.Outside, false);

    /// <summary>Moves the cursor over a gap (CP-DEL-027).</summary>
    public void Pass(Gap gap)
    {
        Advance(gap.First, (int)(gap.Last - gap.First + 1), 0);
    }

    /// <summary>Moves the cursor over delivered entries, and checks their order.</summary>
    public void Advance(ulong first, int count, int bytes)
    {
        _taken += (ulong)bytes;
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
            case ErrorCode.CursorAhead or ErrorCode.EpochChanged when !IsPrivate && world.Ledger.RoomOf(Room).IsGone:
                Cursor = null;
                break;
            case ErrorCode.EpochChanged when !IsPrivate && world.Ledger.Restores == _restores:
                throw new Violation(Checker.Epoch, $"room {Room} is told to {client} to have another epoch without cause");
            case ErrorCode.EpochChanged when Cursor is null:
                // The room that it had a cursor of was removed since it asked.
                break;
            case ErrorCode.EpochChanged:
                Cursor = Math.Min(Cursor!.Value, error.Value!.Value);
                Enter(link);
                break;
            case ErrorCode.CursorAhead when !IsPrivate:
                throw new Violation(Checker.Lost, $"{client} has entry {Cursor} of room {Room}, which ends with {error.Value}");
            case ErrorCode.BannedFromRoom:
            case ErrorCode.NoSuchRoom when IsById:
            case ErrorCode.AlreadyJoined when IsPrivate:
            case ErrorCode.CursorAhead or ErrorCode.NoSuchUser or ErrorCode.InvalidValue:
                IsWanted = false;
                break;
            case ErrorCode.RateLimited when client.Identity.Address is not null:
                NotBefore = world.Clock.Elapsed + (long)error.RetryAfter!.Value;
                break;
            case ErrorCode.WrongState or ErrorCode.ShuttingDown or ErrorCode.LogUnavailable:
                break;
            default:
                throw new Violation(Checker.Protocol, $"{client} may not enter {address}: {error}");
        }
    }

    /// <summary>Handles the refusal of a room that the client knew.</summary>
    public void Vanished(Link link, ulong room)
    {
        // A restore of a backup may have brought the room back since.
        if (world.Ledger.RoomOf(room) is { Head: > 0, IsGone: false, Law.IsByInvitation: false } && link.Restores == world.Ledger.Restores)
            throw new Violation(Checker.Lost, $"room {room}{(world.Ledger.RoomOf(room).IsPrivate ? $" of {world.Ledger.RoomOf(room)[1].Principal} and {world.Ledger.RoomOf(room)[1].Peer}" : "")} has entries, and {client}, who is principal {link.Principal}, is told that it does not exist, at {this}");
        client.PosterIn(room).GiveUp();
        if (State == Standing.Inside && !isReader && Room == room)
            State = Standing.Outside;
    }

    public override string ToString() => $"{address} (room {Room}, {State}, cursor {Cursor} of {(Room == 0 ? 0 : world.Ledger.RoomOf(Room).Head)}{(client.Window is { } window ? $", {_taken} taken, {_told} told, window {window}" : "")}{(_holdsUntil > 0 ? $", holds until {_holdsUntil}" : "")}, {Poster})";

    private void Know(Link link, ulong room, ulong epoch, ulong? peer)
    {
        _restores = link.Restores;
        _epoch = epoch;
        _taken = _told = 0;
        Peer = peer;
        Room = room;
    }
}
