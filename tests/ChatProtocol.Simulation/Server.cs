using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>The server's process: the real hub, driven in the order of the real server's loop, until it dies or is stopped.</summary>
internal sealed class Server(World world)
{
    private static readonly byte[] Identity = new byte[16];

    private ChatHub? _hub;
    private long _upAt;
    private long _closeAllAt;

    public bool IsUp => _hub is not null;

    /// <summary>Whether nothing that was begun is left.</summary>
    public bool IsIdle => _hub is { IsIdle: true, IsDraining: false } && world.Disk.IsIdle;

    /// <summary>How often it died.</summary>
    public int Crashes { get; private set; }

    public void Turn()
    {
        if (_hub is null && world.Clock.Elapsed >= _upAt)
            Start();
        if (_hub is not { } hub)
            return;
        hub.Advance(world.Clock.Moment);
        world.Disk.Report(hub);
        var links = world.Links;
        // Whose frames come first is chance; on one connection their order is kept.
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
            // What a restart finds is the truth.
            Crash();
    }

    /// <summary>It ends in good order: what was accepted is committed and told first.</summary>
    public void Drain()
    {
        if (_hub is null || _hub.IsDraining)
            return;
        world.Trace.Note(Happening.Drain, 0);
        _closeAllAt = world.Clock.Elapsed + world.Dice.Skewed(2000);
        _hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(2), new Bye(ByeCode.Restart, "be right back", 10)));
    }

    /// <summary>It dies at once; sometimes a backup takes the place of what is left.</summary>
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
        world.Ledger.Restart();
        var options = new HubOptions
        {
            Server = Identity,
            HashKey = Identity,
            Epoch = world.Dice.Next() & Limits.MaxInteger,
            TailBytes = world.Swarm.TailBytes,
            Limits = Limits.Default with { InFlight = world.Swarm.InFlight },
        };
        _hub = new ChatHub(options, world.Disk, _ => { });
        _hub.Advance(world.Clock.Moment);
    }

    private void CloseAll(ChatHub hub)
    {
        world.Trace.Note(Happening.CloseAll, 0);
        hub.CloseSome();
    }
}
