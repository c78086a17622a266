namespace ChatProtocol.Simulation;

/// <summary>Injects faults around the server and its clients, at the rates of the seed's swarm.</summary>
internal sealed class FaultInjector(World world)
{
    private readonly Dice _dice = world.Dice;
    private readonly SwarmParameters _swarm = world.Swarm;
    private long _ahead;
    private long _aheadUntil;

    public void Turn()
    {
        Time();
        if (_dice.Chance(_swarm.DamageRate))
            world.Disk.Damage();
        if (_dice.Chance(_swarm.CrashRate))
            world.Server.Crash();
        if (_dice.Chance(_swarm.StopRate))
            world.Server.Drain();
        if (world.Links.Count == 0)
            return;
        // The rates are for each connection.
        var share = world.Links.Count;
        if (_dice.Chance(_swarm.CutRate * share))
            Break(_dice.Skewed(50), _dice.Skewed(50));
        if (_dice.Chance(_swarm.HalfOpenRate * share))
            HalfOpen();
        if (_dice.Chance(_swarm.StallRate * share))
            _dice.Pick(world.Links).BlockedUntil = world.Clock.Elapsed + _dice.Skewed(20_000);
        if (_dice.Chance(_swarm.PartitionRate))
            Part();
    }

    private void Time()
    {
        if (_dice.Chance(_swarm.PauseRate))
            world.Clock.Pass(_dice.Skewed(120_000));
        if (_dice.Chance(_swarm.LongPauseRate))
            world.Clock.PassDays(31);
        if (_dice.Chance(_swarm.ClockStepRate))
            world.Clock.Set(_dice.Between(-3_600_000, 3_600_000));
        if (_dice.Chance(_swarm.SleepRate))
            world.Clock.Sleep(_dice.Skewed(7_200_000));
        Jump();
    }

    /// <summary>Sets the clock ahead by weeks, for a moment or for longer than the server takes to adopt it.</summary>
    private void Jump()
    {
        if (_ahead == 0 && _dice.Chance(_swarm.JumpRate))
        {
            _ahead = _dice.Between(1, 60) * 7 * 86_400_000L;
            _aheadUntil = world.Clock.Elapsed + _dice.Skewed(1_200_000);
            world.Clock.Set(_ahead);
        }
        else if (_ahead > 0 && world.Clock.Elapsed >= _aheadUntil)
        {
            world.Clock.Set(-_ahead);
            _ahead = 0;
        }
    }

    private void Break(long serverLearnsIn, long clientLearnsIn) => _dice.Pick(world.Links).Break(serverLearnsIn, clientLearnsIn);

    /// <summary>Makes a connection half open: one side notices the end long after the other, or only by its own timeout.</summary>
    private void HalfOpen()
    {
        var late = _dice.Skewed(1_000_000);
        switch (_dice.Below(3))
        {
            case 0: Break(late, _dice.Skewed(50)); break;
            case 1: Break(_dice.Skewed(50), _dice.Skewed(20_000)); break;
            default: _dice.Pick(world.Links).Leave(late); break;
        }
    }

    /// <summary>Makes a network partition between some clients and the server for a while, or breaks all connections at once.</summary>
    private void Part()
    {
        var until = world.Clock.Elapsed + _dice.Skewed(10_000);
        var breaks = _dice.Chance(0.3);
        foreach (var link in world.Links.ToList())
            if (breaks)
                link.Break(_dice.Skewed(20), _dice.Skewed(20));
            else if (_dice.Chance(0.5))
                link.BlockedUntil = until;
    }
}
