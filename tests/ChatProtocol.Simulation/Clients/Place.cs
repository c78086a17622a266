namespace ChatProtocol.Simulation;

/// <summary>A room as one client knows it: where its cursor stands, and what it has to say there.</summary>
internal sealed class Place(World world, Client client, string address, bool isReader)
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
        : State == Standing.Inside && (Poster.IsSettled || !client.SpeaksAt(this)) && (!isReader || Cursor == world.Ledger.RoomOf(Room).Head || IsPaused);

    /// <summary>Whether the reader has stopped the room, alone, by taking nothing of it (CP-DEL-033).</summary>
    private bool IsPaused => _holdsUntil == long.MaxValue && client.Link!.Memberships.IsSpent(Room);

    /// <summary>When it may ask again (CP-LIM-006).</summary>
    public long NotBefore { get; private set; }

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

    /// <summary>Takes nothing of the room for a while; some until the end, when everything else has come right.</summary>
    public void Hold() => _holdsUntil = world.Dice.Chance(0.2) ? long.MaxValue : world.Clock.Elapsed + world.Dice.Skewed(20_000);

    /// <summary>Says how much it has taken: at odd paces, but always in time (CP-DEL-035).</summary>
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

    /// <summary>The room was removed: one of its name or pair is another, with nothing in it.</summary>
    public void Removed()
    {
        client.PosterIn(Room).GiveUp();
        State = Standing.Outside;
        Cursor = null;
    }

    /// <summary>These do not come (CP-DEL-027).</summary>
    public void Pass(Gap gap)
    {
        Advance(gap.First, (int)(gap.Last - gap.First + 1), 0);
    }

    /// <summary>An entry has come from the log.</summary>
    public void Advance(ulong first, int count, int bytes)
    {
        _taken += (ulong)bytes;
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
            case ErrorCode.CursorAhead or ErrorCode.EpochChanged when !IsPrivate && world.Ledger.RoomOf(Room).IsGone:
                Cursor = null;
                break;
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
            case ErrorCode.RateLimited when client.Identity.Address is not null:
                NotBefore = world.Clock.Elapsed + error.RetryAfter!.Value;
                break;
            case ErrorCode.WrongState or ErrorCode.ShuttingDown or ErrorCode.LogUnavailable:
                break;
            default:
                throw new Violation(Checker.Protocol, $"{client} may not enter {address}: {error}");
        }
    }

    /// <summary>A room that was known is not there any more.</summary>
    public void Vanished(Link link, Asked asked)
    {
        var room = ((Post)asked.Request).Room;
        // A backup may have brought it back since.
        if (world.Ledger.RoomOf(room) is { Head: > 0, IsGone: false } && link.Restores == world.Ledger.Restores && !asked.WasUnsure)
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
