namespace ChatProtocol.Simulation;

/// <summary>Virtual time: what has passed, which only grows, and what the server's clock shows, which may be set.</summary>
internal sealed class Clock
{
    private long _offset = 1_700_000_000_000;

    /// <summary>Milliseconds since the beginning of the run.</summary>
    public long Elapsed { get; private set; }

    /// <summary>What the server is told: milliseconds since 1970 UTC.</summary>
    public long Now => _offset + Elapsed;

    /// <summary>All clocks; this machine never sleeps.</summary>
    public Hub.Moment Moment => new(Elapsed, Elapsed, Now);

    /// <summary>Times that were longer than a publisher is remembered.</summary>
    public int LongPauses { get; private set; }

    public void Pass(long milliseconds) => Elapsed += milliseconds;

    public void PassDays(int days)
    {
        LongPauses++;
        Pass(days * 86_400_000L);
    }

    /// <summary>Somebody sets the server's clock, back or forward.</summary>
    public void Set(long by)
    {
        _offset += by;
        // Forward is as long a pause as any to whoever knows only this clock.
        if (by > 86_400_000)
            LongPauses++;
    }
}
