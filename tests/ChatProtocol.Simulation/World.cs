using ChatProtocol.Testing;

namespace ChatProtocol.Simulation;

/// <summary>
/// One run of a seed: first with faults, then without them until all is quiet, then an audit from the outside. It has one
/// thread, one random number generator, and no clock but its own.
/// </summary>
internal sealed class World
{
    private readonly List<Client> _clients = [];
    private readonly List<Link> _links = [];
    private readonly FaultInjector _faults;
    private int _connections;

    public World(ulong seed, BrokenVariant broken, TextWriter? print)
    {
        Broken = broken;
        Dice = new Dice(seed);
        Others = new Dice(~seed);
        OfKeys = new Dice(seed ^ 0x6b65_7973);
        Swarm = new SwarmParameters(Dice, Others, OfKeys);
        Ledger = new Ledger(this);
        Trace = new Trace(Clock, print);
        Disk = new SimulatedDisk(this);
        Server = new Server(this);
        _faults = new FaultInjector(this);
        new Population(this).Settle(_clients);
    }

    public BrokenVariant Broken { get; }

    public Dice Dice { get; }

    /// <summary>Other dice, for what a run has had since later.</summary>
    public Dice Others { get; }

    /// <summary>Those for posts with keys.</summary>
    public Dice OfKeys { get; }

    public SwarmParameters Swarm { get; }

    public Clock Clock { get; } = new();

    public Trace Trace { get; }

    public Ledger Ledger { get; }

    public Encoder Encoder { get; } = new();

    public SimulatedDisk Disk { get; }

    public Server Server { get; }

    public IReadOnlyList<Client> Clients => _clients;

    public IReadOnlyList<Link> Links => _links;

    /// <summary>Whether the faults have ended, and every client has to recover.</summary>
    public bool IsHealing { get; private set; }

    /// <summary>Whether the run is at its end: rooms that were held back by their clients go on.</summary>
    public bool IsAuditing { get; private set; }

    /// <summary>The number of entries delivered.</summary>
    public long Deliveries { get; set; }

    /// <summary>Runs the seed to its end.</summary>
    /// <exception cref="Violation">A promise was broken.</exception>
    public void Run()
    {
        try
        {
            for (var turn = 0; turn < Swarm.Turns; turn++)
            {
                _faults.Turn();
                Turn();
            }
            IsHealing = true;
            if (Dice.Chance(0.5))
                Server.Crash();
            Quieten();
            IsAuditing = true;
            new Audit(this).Run(_clients, Quieten);
        }
        catch (LogContractException broken)
        {
            throw new Violation(Checker.Contract, broken.Message);
        }
        catch (Exception e) when (e is not Violation)
        {
            throw new Violation(Checker.Hub, e.ToString());
        }
    }

    /// <summary>The number of texts given up, because their addressee or room is gone.</summary>
    public long GivenUp { get; set; }

    public bool Faulty(double rate) => !IsHealing && Dice.Chance(rate);

    public Link Open(Client client)
    {
        var link = new Link(this, ++_connections, client);
        _links.Add(link);
        return link;
    }

    private void Turn()
    {
        // Posts delayed by a rate limit need time more than turns.
        Clock.Pass(Dice.Below(Swarm.TurnTime + 1) + (IsHealing && Swarm.FarRate > 0 ? 20 : 0));
        Server.Turn();
        foreach (var link in _links)
            link.ServeClient();
        _links.RemoveAll(link => link.IsClientDone && link.IsServerDone);
        foreach (var client in _clients)
            client.Turn();
    }

    /// <summary>Runs until all is settled, for as long as there is progress.</summary>
    private void Quieten()
    {
        const int patience = 10_000;
        var (done, doneAt) = (0L, 0);
        for (var turn = 0; turn < doneAt + patience; turn++)
        {
            foreach (var link in _links)
                link.Heal();
            if (turn % 16 == 15 && Server.IsIdle && _clients.All(client => client.IsSettled) && _links.Count == _clients.Count)
            {
                if (_links.Find(link => link.Memberships.IsOwedErasures) is { } owed)
                    throw new Violation(Checker.Erasure, $"{owed.Client} is not told of an entry that was erased, on {owed}");
                return;
            }
            Turn();
            if (done == Deliveries + Ledger.Entries + GivenUp)
                continue;
            (done, doneAt) = (Deliveries + Ledger.Entries + GivenUp, turn);
        }
        var late = _clients.Find(client => !client.IsSettled);
        throw new Violation(Checker.Liveness, late is null ? $"the server does not come to rest, with {_links.Count} connections of {_clients.Count} clients"
            : $"{late} still waits, on {late.Link}: {string.Join("; ", late.ClientRooms)}");
    }
}
