using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>The server's process: the real hub, driven in the order of the real server's loop, until it crashes or is stopped.</summary>
internal sealed class Server(World world)
{
    private static readonly byte[] Identity = new byte[16];

    private SimulatedHasher _passwords = new(world);
    private ChatHub? _hub;
    private long _upAt;
    private long _closeAllAt;

    public bool IsUp => _hub is not null;

    /// <summary>Whether no work is pending in the hub or at the disk.</summary>
    public bool IsIdle => _hub is { IsIdle: true, IsDraining: false } && world.Disk.IsIdle && IsHasherIdle;

    public bool IsHasherIdle => _passwords.IsIdle;

    /// <summary>The number of crashes.</summary>
    public int Crashes { get; private set; }

    public void Turn()
    {
        if (_hub is null && world.Clock.Elapsed >= _upAt)
            Start();
        if (_hub is not { } hub)
            return;
        Advance(hub);
        world.Disk.Report(hub);
        _passwords.Report(hub);
        world.Ledger.Accounts.Turn();
        var links = world.Links;
        // The order of the connections is random; on one connection the order of frames is kept.
        var first = links.Count > 0 ? world.Dice.Below(links.Count) : 0;
        for (var i = 0; i < links.Count; i++)
            links[(first + i) % links.Count].ServeServer(hub);
        hub.Tick();
        hub.Flush();
        hub.Work();
        if (hub.IsDraining && (hub.IsIdle || world.Clock.Elapsed >= _closeAllAt))
            CloseAll(hub);
        foreach (var link in links)
            if (!link.IsServerDone)
                link.Flush(hub);
        if (hub.IsDraining && hub.IsIdle && world.Disk.IsIdle && links.All(link => link.IsServerDone || link.IsBroken))
            Stop();
        else if (world.Disk.IsUnsure && world.Dice.Chance(0.1))
            // The content of the disk is unknown, so the server ends; a restart reads it.
            Crash();
    }

    /// <summary>Stops the server in good order: accepted posts are committed and answered first.</summary>
    public void Drain()
    {
        if (_hub is null || _hub.IsDraining)
            return;
        world.Trace.Note(Happening.Drain, 0);
        _closeAllAt = world.Clock.Elapsed + world.Dice.Skewed(2000);
        _hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(2), new Bye(ByeCode.Restart, "be right back", 10)));
    }

    /// <summary>Crashes the server; sometimes a backup replaces its data.</summary>
    public void Crash()
    {
        if (_hub is null)
            return;
        Crashes++;
        Stop();
        world.Disk.Crash();
        if (world.Faulty(world.Swarm.RestoreRate))
            world.Disk.TryRestore();
    }

    private void Stop()
    {
        _hub = null;
        _upAt = world.Clock.Elapsed + world.Dice.Skewed(1000);
        foreach (var link in world.Links)
            link.ServerDied();
    }

    private void Start()
    {
        world.Trace.Note(Happening.Start, (ulong)Crashes);
        world.Clock.Start();
        world.Ledger.Restart();
        var options = new HubOptions
        {
            Server = Identity,
            HashKey = Identity,
            Epoch = world.Dice.Next() & Limits.MaxInteger,
            TailBytes = world.Swarm.TailBytes,
            MaxCached = world.Swarm.MaxCached,
            Limits = Limits.Default with { InFlight = world.Swarm.InFlight },
            Far = world.Swarm.Far,
            NearRegistration = world.Swarm.Registration,
            FarRegistration = world.Swarm.Registration,
        };
        _passwords = new SimulatedHasher(world);
        _hub = new ChatHub(options, world.Disk, _passwords, _ => { });
        Advance(_hub);
    }

    private void Advance(ChatHub hub)
    {
        var moment = world.Clock.Read();
        hub.Advance(world.Broken == BrokenVariant.ClockTakenAsItIs ? moment with { Boot = moment.Wall } : moment);
        world.Clock.Believe(moment.Wall - hub.ClockOffset);
    }

    private void CloseAll(ChatHub hub)
    {
        world.Trace.Note(Happening.CloseAll, 0);
        hub.CloseSome();
    }
}
