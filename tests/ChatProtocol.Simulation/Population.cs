namespace ChatProtocol.Simulation;

/// <summary>The clients of a run, and the rooms they want to be in.</summary>
internal sealed class Population(World world)
{
    private readonly Dice _dice = world.Dice;

    public void Settle(List<Client> clients)
    {
        var rooms = Enumerable.Range(0, world.Swarm.Rooms).Select(i => i == 0 ? Names.Lobby : $"room-{i}").ToList();
        for (var i = 0; i < world.Swarm.Clients; i++)
            clients.Add(Make(i, clients, rooms));
        if (world.Swarm.HasOperator)
            clients.Add(new Client(world, clients.Count, new Identity("admin", [], null), counts: false, hasInbox: false, 1) { IsOperator = true });
    }

    private Client Make(int number, List<Client> clients, List<string> rooms)
    {
        // Some clients share an identity, and even its publisher.
        var identity = clients.Count > 0 && _dice.Chance(0.2) ? _dice.Pick(clients).Identity : MakeIdentity(number);
        var readingRate = _dice.Chance(world.Swarm.SlowReaders) ? 0.02 : 0.9;
        var client = new Client(world, number, identity, _dice.Chance(0.75), _dice.Chance(0.5), readingRate)
        {
            Window = _dice.Chance(world.Swarm.WindowRate) ? (ulong)_dice.Pick([1, 500, 5000, 100_000]) : null,
        };
        foreach (var room in rooms.Where(_ => _dice.Chance(0.7)))
            client.Add(room, _dice.Chance(0.85), _dice.Chance(0.5) ? 0 : null);
        return client;
    }

    /// <summary>Makes an identity that may want an account, and may never be a guest.</summary>
    private Identity WithAccount(int number)
    {
        var wantsOne = _dice.Chance(0.6);
        var identity = MakeGuest(number, wantsOne && _dice.Chance(0.3));
        if (wantsOne)
            identity.Account = world.Ledger.Accounts.Begin(identity);
        return identity;
    }

    /// <summary>Makes an identity; some are on other machines, several of them at one address.</summary>
    private Identity MakeIdentity(int number) => world.Swarm.AccountRate > 0 ? WithAccount(number) : MakeGuest(number, false);

    private Identity MakeGuest(int number, bool isAccountOnly) =>
        new($"guest-{number}", _dice.Bytes(32), _dice.Chance(world.Swarm.FarRate) ? $"203.0.113.{1 + _dice.Below(4)}" : null) { IsAccountOnly = isAccountOnly };
}
