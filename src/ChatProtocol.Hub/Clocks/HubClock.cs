namespace ChatProtocol.Hub;

/// <summary>The hub's clocks, which stand still for as long as one input is handled.</summary>
/// <param name="newest">The newest time in the log, in milliseconds since 1970 UTC; 0 if there is none.</param>
internal sealed class HubClock(long newest)
{
    /// <summary>Milliseconds from one look at the sessions to the next (<see cref="LivenessTime"/>).</summary>
    public const long LookInterval = 1000;

    /// <summary>A year, in milliseconds.</summary>
    private const long MaxAway = 365L * 86_400_000;

    private long _livenessTime;

    /// <summary>The hub's time of day, in milliseconds since 1970 UTC: entries are stamped with it and expire by it.</summary>
    public long Now => Wall.Now;

    public WallClock Wall { get; } = new(newest);

    /// <summary>Milliseconds of the monotonic clock: deadlines and intervals run on it.</summary>
    public long Ticks { get; private set; }

    /// <summary>The time of day of the first input; 0 before.</summary>
    public long Started { get; private set; }

    /// <summary>
    /// Whether the wall clock showed at the start a time so much later than the newest in the log that it may be wrong: nothing
    /// expires and nothing is forgotten until an admin confirms the time (CP-ADM-020).
    /// </summary>
    public bool IsDoubted { get; private set; }

    /// <summary>When the sessions were looked at last, on the monotonic clock; the first look is due at once.</summary>
    public long LookedAt { get; private set; } = -LookInterval;

    /// <summary>
    /// Milliseconds of a clock that advances by at most two intervals between two looks: time in which this process or the machine
    /// stood still does not count as silence.
    /// </summary>
    public long LivenessTime => _livenessTime + Math.Min(Ticks - LookedAt, 2 * LookInterval);

    /// <summary>Sets the time for the inputs that follow.</summary>
    public void Set(Moment moment)
    {
        var before = Wall.Now;
        Ticks = moment.Monotonic;
        Wall.Set(moment.Boot, moment.Wall);
        if (Started != 0)
            return;
        Started = Now;
        IsDoubted = before > 0 && Now - before > MaxAway;
    }

    /// <summary>An admin has confirmed the time.</summary>
    public void Confirm() => IsDoubted = false;

    /// <summary>The sessions are looked at; returns the time since the last look, as <see cref="LivenessTime"/> counts it.</summary>
    public long Look()
    {
        var before = _livenessTime;
        (_livenessTime, LookedAt) = (LivenessTime, Ticks);
        return _livenessTime - before;
    }
}
