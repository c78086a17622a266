namespace ChatProtocol.Simulation;

/// <summary>Virtual time: the elapsed time, which only grows, and the wall time of the server's clock, which may be set.</summary>
internal sealed class Clock
{
    private long _offset = 1_700_000_000_000;

    /// <summary>Milliseconds since the beginning of the run.</summary>
    public long Elapsed { get; private set; }

    /// <summary>The wall time of the server's clock, in milliseconds since 1970 UTC.</summary>
    public long Now => _offset + Elapsed;

    /// <summary>All clocks of the machine, which never sleeps.</summary>
    public Hub.Moment Moment => new(Elapsed, Elapsed, Now);

    /// <summary>The number of pauses longer than a publisher is remembered.</summary>
    public int LongPauses { get; private set; }

    public void Pass(long milliseconds) => Elapsed += milliseconds;

    public void PassDays(int days)
    {
        LongPauses++;
        Pass(days * 86_400_000L);
    }

    /// <summary>Sets the server's clock back or forward.</summary>
    public void Set(long by)
    {
        _offset += by;
        // To a server that knows only this clock a step forward equals a pause.
        if (by > 86_400_000)
            LongPauses++;
    }
}
