namespace ChatProtocol.Simulation;

/// <summary>
/// Virtual time: the elapsed time, which only grows; the part of it for which the machine was awake; and the wall time of the
/// server's clock, which may be set. It also computes the latest time that the server may believe (CP-MSG-012).
/// </summary>
internal sealed class Clock
{
    /// <summary>
    /// The longest step forward, in milliseconds, that is adopted at once; a longer one is adopted after it has stood for
    /// <see cref="Trial"/>.
    /// </summary>
    private const long MaxStep = 60_000;

    private const long Trial = 600_000;

    private const long Minute = 60_000;

    private const long Day = 86_400_000;

    private long _offset = 1_700_000_000_000;
    private long _asleep;
    private long _trusted = 1_700_000_000_000;
    private long? _aheadSince;
    private long _believed;

    /// <summary>Milliseconds since the beginning of the run.</summary>
    public long Elapsed { get; private set; }

    /// <summary>The milliseconds of <see cref="Elapsed"/> for which the machine was awake.</summary>
    public long Awake => Elapsed - _asleep;

    /// <summary>The wall time of the server's clock, in milliseconds since 1970 UTC.</summary>
    public long Now => _offset + Elapsed;

    /// <summary>The latest time that the server may believe, or have believed, in milliseconds since 1970 UTC.</summary>
    public long Believable { get; private set; }

    /// <summary>
    /// The number of times that the server's time of day went ahead by a day or more at once, so that names are held no longer and
    /// publishers are forgotten: time had passed, or the server came to believe a clock that it had not believed before.
    /// </summary>
    public int LongPauses { get; private set; }

    public void Pass(long milliseconds) => Elapsed += milliseconds;

    public void PassDays(int days) => Pass(days * Day);

    /// <summary>Lets the machine sleep.</summary>
    public void Sleep(long milliseconds)
    {
        _asleep += milliseconds;
        Pass(milliseconds);
    }

    /// <summary>Sets the server's clock back or forward.</summary>
    public void Set(long by) => _offset += by;

    /// <summary>Handles the start of a server, which adopts the clock's time.</summary>
    public void Start() => Trust();

    /// <summary>Reads all clocks, as the server does.</summary>
    public Hub.Moment Read()
    {
        if (_offset - _trusted <= MaxStep)
        {
            _trusted = Math.Max(_trusted, _offset);
            _aheadSince = null;
        }
        else
        {
            _aheadSince ??= Elapsed;
            if (Elapsed - _aheadSince >= Trial)
                Trust();
        }
        Believable = Math.Max(Believable, Elapsed + Math.Min(_offset, _trusted + MaxStep));
        return new Hub.Moment(Awake, Elapsed, Now);
    }

    /// <summary>Records the server's time of day, known to a minute.</summary>
    public void Believe(long time)
    {
        if (_believed > 0 && time - _believed > Day - Minute)
            LongPauses++;
        _believed = time;
    }

    private void Trust() => (_trusted, _aheadSince) = (_offset, null);
}
