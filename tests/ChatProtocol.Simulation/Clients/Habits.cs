namespace ChatProtocol.Simulation;

/// <summary>The actions that a client takes by itself, drawn from the seed.</summary>
internal sealed class Habits(World world, Client client)
{
    private readonly Dice _dice = world.Dice;

    public void Act(Link link)
    {
        if (client.IsOperator)
        {
            Operate(link);
            return;
        }
        var swarm = world.Swarm;
        var place = client.Places.Count > 0 ? _dice.Pick(client.Places) : null;
        if (place is not null && client.SpeaksAt(place) && _dice.Chance(swarm.PostRate))
            for (var burst = 1 + _dice.Below(swarm.Burst); burst > 0; burst--)
                place.Poster.Say(link, place);
        if (_dice.Chance(swarm.PagerRate) && place is { State: Place.Standing.Inside } && !client.Pager.IsBusy)
            client.Pager.Begin(link, place.Room, _dice.Chance(0.5));
        if (_dice.Chance(swarm.LeaveRate))
            ComeOrGo(link, place);
        if (_dice.Chance(swarm.PrivateRate))
            GoTo(_dice.Pick(world.Clients).Identity);
        if (_dice.Chance(swarm.ListRate) && place is { Room: > 0 })
            Ask(link, _dice.Chance(0.5) ? new Rooms(link.Conversation.NextId, 0) : new Members(link.Conversation.NextId, place.Room, 0));
        if (_dice.Chance(swarm.BlockRate))
        {
            var other = _dice.Pick(world.Clients).Identity.Name;
            Ask(link, _dice.Chance(0.5) ? new Block(link.Conversation.NextId, other) : new Unblock(link.Conversation.NextId, other));
        }
        if (_dice.Chance(swarm.ProbeRate) && place is { State: Place.Standing.Inside })
            Probe(link, place);
        if (_dice.Chance(swarm.NickRate))
        {
            client.Identity.MayHaveLostItself = true;
            Ask(link, new Nick(link.Conversation.NextId, client.Identity.NextName()));
        }
        // A quit would end a shared publisher for the other clients.
        if (_dice.Chance(swarm.QuitRate) && !world.Clients.Any(other => other != client && other.Counts && other.Identity == client.Identity))
            client.Quit(link);
    }

    private static void Ask(Link link, Request request, bool isProbe = false) => link.Conversation.Ask(new Asked(request) { IsProbe = isProbe });

    private static void ComeOrGo(Link link, Place? place)
    {
        if (place is { IsReader: true, State: Place.Standing.Inside })
        {
            place.IsWanted = false;
            place.Leave(link);
        }
        else if (place is { IsWanted: false, State: Place.Standing.Outside })
        {
            place.IsWanted = true;
            if (place.IsPrivate)
                place.Cursor = null;
        }
    }

    private void GoTo(Identity other)
    {
        var address = Names.PrivateMark + other.Name;
        if (other != client.Identity && other.Principal > 15 && client.Places.Count < 12 && client.Places.All(place => place.Address != address))
            client.Add(address, _dice.Chance(0.7), null);
    }

    /// <summary>Sends requests that are forbidden or must have no effect.</summary>
    private void Probe(Link link, Place place)
    {
        var id = link.Conversation.NextId;
        var stranger = world.Ledger.Rooms.FirstOrDefault(room => room.IsPrivate && room[1].Principal != link.Principal && room[1].Peer != link.Principal);
        Request? probe = _dice.Below(4) switch
        {
            0 => new Post(id, place.Room, "", null),
            1 => client.Counts ? new Post(id, place.Room, "from the future", 1_000_000) : null,
            2 => stranger is null ? null : new History(id, stranger.Id, 10, null, null),
            _ => stranger is null ? null : new Post(id, stranger.Id, "let me in", null),
        };
        if (probe is not null)
            Ask(link, probe, isProbe: true);
    }

    private void Operate(Link link)
    {
        if (_dice.Chance(world.Swarm.OperatorRate))
            Ask(link, _dice.Below(4) switch
            {
                0 => new Status(link.Conversation.NextId),
                1 => new Sessions(link.Conversation.NextId, 0),
                2 => new Kick(link.Conversation.NextId, null, _dice.Pick(world.Clients).Identity.Name, "so it is"),
                _ => new Verify(link.Conversation.NextId),
            });
        if (_dice.Chance(world.Swarm.BackupRate))
            Ask(link, new Backup(link.Conversation.NextId, "/backup"));
    }
}
