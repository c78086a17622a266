namespace ChatProtocol.Simulation;

/// <summary>The actions that a client takes by itself, drawn from the seed.</summary>
internal sealed class ClientActions(World world, Client client)
{
    private readonly Dice _dice = world.Dice;
    private readonly AdminActions _operator = new(world);
    private readonly RoomActions _rooms = new(world, client);
    private readonly KeyActions _keys = new(world, client);
    private int _masses;

    /// <summary>Whether the operator has lifted all bans.</summary>
    public bool HasPardoned => _operator.HasPardoned;

    public void Act(Link link)
    {
        _rooms.Act(link);
        if (client.IsOperator)
        {
            _operator.Act(link);
            return;
        }
        _keys.Act(link);
        var swarm = world.Swarm;
        var clientRoom = client.ClientRooms.Count > 0 ? _dice.Pick(client.ClientRooms) : null;
        if (clientRoom is not null && client.SpeaksAt(clientRoom) && _dice.Chance(swarm.PostRate))
            for (var burst = 1 + _dice.Below(swarm.Burst); burst > 0; burst--)
                clientRoom.Poster.Say(link, clientRoom);
        if (_dice.Chance(swarm.PagerRate) && clientRoom is { State: ClientRoom.Standing.Inside } && !client.Pager.IsBusy)
            client.Pager.Begin(link, clientRoom.Room, _dice.Chance(0.5));
        if (_dice.Chance(swarm.LeaveRate))
            ComeOrGo(link, clientRoom);
        if (_dice.Chance(swarm.PrivateRate))
            GoTo(_dice.Pick(world.Clients).Identity);
        if (_dice.Chance(swarm.ListRate) && clientRoom is { Room: > 0 })
            Ask(link, _dice.Chance(0.5) ? new Rooms(link.Conversation.NextId, Behind()) : new Members(link.Conversation.NextId, clientRoom.Room, Behind()));
        if (_dice.Chance(swarm.ListRate) && clientRoom is { Room: > 0 })
            Mark(link, clientRoom);
        if (_dice.Chance(swarm.HoldRate) && clientRoom is { IsJoined: true } && client.Window is not null)
            clientRoom.Hold();
        if (_dice.Chance(swarm.MassRate))
            MakeRooms(link);
        if (_dice.Chance(swarm.BlockRate))
            Block(link, _dice.Pick(world.Clients).Identity);
        if (_dice.Chance(swarm.ProbeRate) && clientRoom is { State: ClientRoom.Standing.Inside })
            Probe(link, clientRoom);
        if (_dice.Chance(swarm.NickRate) && client.Identity.Account is null)
        {
            client.Identity.MayHaveLostItself = true;
            Ask(link, new Nick(link.Conversation.NextId, client.Identity.NextName()));
        }
        // A quit would end a shared publisher for the other clients.
        if (_dice.Chance(swarm.QuitRate) && !world.Clients.Any(other => other != client && other.Counts && other.Identity == client.Identity))
            client.Quit(link);
    }

    public void Pardon(Link link) => _operator.Pardon(link);

    public void Pardon(Link link, BanList list) => _operator.Pardon(link, list);

    public void Lost() => _operator.Lost();

    /// <summary>A position for a list to begin behind: the beginning, the largest number, or any.</summary>
    private ulong Behind() => _dice.Below(3) switch { 0 => 0, 1 => Limits.MaxInteger, _ => (ulong)_dice.Below(2000) };

    /// <summary>Marks what it has read, and now and then what is not there yet; or asks for what is unread anywhere.</summary>
    private void Mark(Link link, ClientRoom clientRoom)
    {
        ulong read = _dice.Below(8) switch { 0 => Limits.MaxInteger, 1 => 0, _ => (ulong)_dice.Below((int)(clientRoom.Cursor ?? 0) + 1) };
        Ask(link, _dice.Chance(0.2) ? new Unread(link.Conversation.NextId, Behind()) : new MarkRead(link.Conversation.NextId, clientRoom.Room, read));
    }

    /// <summary>Makes many empty rooms at once.</summary>
    private void MakeRooms(Link link)
    {
        for (var rooms = 1 + _dice.Skewed(200); rooms > 0; rooms--)
            Ask(link, new Open(link.Conversation.NextId, $"mass {client.Number} {++_masses}", Create: true));
    }

    /// <summary>Blocks or unblocks another identity by name.</summary>
    private void Block(Link link, Identity other)
    {
        var id = link.Conversation.NextId;
        link.Conversation.Ask(new PendingRequest(_dice.Chance(0.5) ? new Block(id, other.Name) : new Unblock(id, other.Name))
        {
            Blocked = other,
        });
    }

    private static void Ask(Link link, Request request, bool isProbe = false) => link.Conversation.Ask(new PendingRequest(request) { IsProbe = isProbe });

    private static void ComeOrGo(Link link, ClientRoom? clientRoom)
    {
        if (clientRoom is { IsReader: true, State: ClientRoom.Standing.Inside })
        {
            clientRoom.IsWanted = false;
            clientRoom.Leave(link);
        }
        else if (clientRoom is { IsWanted: false, State: ClientRoom.Standing.Outside })
        {
            clientRoom.IsWanted = true;
            if (clientRoom.IsPrivate)
                clientRoom.Cursor = null;
        }
    }

    private void GoTo(Identity other)
    {
        var address = Names.PrivateMark + other.Name;
        if (other != client.Identity && other.Principal > 15 && client.ClientRooms.Count < 12 && client.ClientRooms.All(clientRoom => clientRoom.Address != address))
            client.Add(address, _dice.Chance(0.7), null);
    }

    /// <summary>Sends requests that are forbidden or must have no effect.</summary>
    private void Probe(Link link, ClientRoom clientRoom)
    {
        var id = link.Conversation.NextId;
        var stranger = world.Ledger.Rooms.FirstOrDefault(room => room.IsPrivate && room[1].Principal != link.Principal && room[1].Peer != link.Principal);
        Request? probe = _dice.Below(4) switch
        {
            0 => new Post(id, clientRoom.Room, "", null),
            1 => client.Counts ? new Post(id, clientRoom.Room, "from the future", 1_000_000) : null,
            2 => stranger is null ? null : new History(id, stranger.Id, 10, null, null),
            _ => stranger is null ? null : new Post(id, stranger.Id, "let me in", null),
        };
        if (probe is not null)
            Ask(link, probe, isProbe: true);
    }
}
