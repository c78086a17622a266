namespace ChatProtocol.Simulation;

/// <summary>
/// Virtual time: what has passed, which only grows, what of that the machine was awake for, and what the server's clock
/// shows, which may be set. It also knows which time the server may believe at most (CP-MSG-012), by what it was told.
/// </summary>
internal sealed class Clock
{
    /// <summary>A lead of the clock of up to so much is believed at once, a greater one once it has stood for <see cref="Trial"/>.</summary>
    private const long MaxStep = 60_000;

    private const long Trial = 600_000;

    private const long Day = 86_400_000;

    private long _offset = 1_700_000_000_000;
    private long _asleep;
    private long _trusted = 1_700_000_000_000;
    private long? _aheadSince;
    private long _readAt;

    /// <summary>Milliseconds since the beginning of the run.</summary>
    public long Elapsed { get; private set; }

    /// <summary>Of these, those that the machine was awake for.</summary>
    public long Awake => Elapsed - _asleep;

    /// <summary>What the server's clock shows: milliseconds since 1970 UTC.</summary>
    public long Now => _offset + Elapsed;

    /// <summary>The latest time that the server may believe it to be, or to have been.</summary>
    public long Believable { get; private set; }

    /// <summary>Times that were longer than a publisher is remembered, as far as the server may believe.</summary>
    public int LongPauses { get; private set; }

    public void Pass(long milliseconds) => Elapsed += milliseconds;

    public void PassDays(int days) => Pass(days * Day);

    /// <summary>The machine sleeps.</summary>
    public void Sleep(long milliseconds)
    {
        _asleep += milliseconds;
        Pass(milliseconds);
    }

    /// <summary>Somebody sets the server's clock, back or forward.</summary>
    public void Set(long by) => _offset += by;

    /// <summary>A server starts: it takes the clock as it is.</summary>
    public void Start() => Trust();

    /// <summary>The server looks at all clocks.</summary>
    public Hub.Moment Read()
    {
        if (Elapsed - _readAt > Day)
            LongPauses++;
        _readAt = Elapsed;
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

    private void Trust()
    {
        if (_offset - _trusted > Day)
            LongPauses++;
        (_trusted, _aheadSince) = (_offset, null);
    }
}
