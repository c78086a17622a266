namespace ChatProtocol.Testing;

/// <summary>
/// A clock that stands still until it is told to go on. Its timers are called by <see cref="Advance"/> and <see cref="Jump"/>, on the
/// caller's thread, one at a time and in the order in which they are due. Thread-safe.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<Timer> _timers = new(Comparer<Timer>.Create(static (one, other) => one.Place.CompareTo(other.Place)));
    private readonly DateTimeOffset _start;
    private long _ticks;
    private long _timersMade;

    /// <summary>Makes a clock that shows noon of 2030-01-01 UTC.</summary>
    public ManualTime()
        : this(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Makes a clock that shows a time.</summary>
    /// <param name="start">The time that it shows until it is told to go on; of any zone.</param>
    public ManualTime(DateTimeOffset start) => _start = start.ToUniversalTime();

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How long the clock has gone since it was made.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(GetTimestamp());

    /// <summary>The <see cref="Elapsed"/> at which the next timer is due; null if there is none.</summary>
    internal TimeSpan? NextDue
    {
        get
        {
            lock (_gate)
                return _timers.Min is { } next ? TimeSpan.FromTicks(next.Due) : null;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    /// <summary>A timer that is due at once is called on a thread of the pool.</summary>
    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new Timer(this, () => callback(state), Interlocked.Increment(ref _timersMade));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Goes on step by step: each timer is called when it is due, a periodic one as often as that is, and sees the time at which it is
    /// due. Returns once the last has returned.
    /// </summary>
    /// <param name="by">How long; not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(Elapsed + by);
    }

    /// <summary>
    /// Goes on at once, as for a machine that has slept: each timer that was due meanwhile is called once, in the order in which they
    /// were due, and sees the time behind the jump.
    /// </summary>
    /// <param name="by">How long; not negative.</param>
    public void Jump(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        List<Timer> due = [];
        lock (_gate)
        {
            Volatile.Write(ref _ticks, _ticks + by.Ticks);
            while (_timers.Min is { } next && next.Due <= _ticks)
            {
                due.Add(next);
                Take(next, _ticks);
            }
        }
        due.ForEach(timer => timer.Call());
    }

    /// <summary>Goes on step by step until the clock has gone so long since it was made; nothing happens if it has.</summary>
    internal void AdvanceTo(TimeSpan elapsed)
    {
        while (TakeDue(elapsed.Ticks) is { } timer)
            timer.Call();
    }

    private Timer? TakeDue(long until)
    {
        lock (_gate)
        {
            var next = _timers.Min is { } first && first.Due <= until ? first : null;
            Volatile.Write(ref _ticks, Math.Max(_ticks, next?.Due ?? until));
            if (next is not null)
                Take(next, next.Due);
            return next;
        }
    }

    /// <summary>Takes a timer out that is due, and puts it back in for its next time if it is periodic.</summary>
    private void Take(Timer timer, long from)
    {
        _timers.Remove(timer);
        if (timer.Period <= 0)
            return;
        timer.Due = from + timer.Period;
        _timers.Add(timer);
    }

    private sealed class Timer(ManualTime clock, Action call, long number) : ITimer
    {
        private bool _isOver;

        /// <summary>When it is due, in ticks of the clock.</summary>
        public long Due { get; set; }

        /// <summary>In ticks; 0 for none.</summary>
        public long Period { get; private set; }

        /// <summary>The order of calls: timers that are due at the same time are called in the order in which they were made.</summary>
        public (long Due, long Number) Place => (Due, number);

        public void Call()
        {
            if (!Volatile.Read(ref _isOver))
                call();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_isOver)
                    return false;
                clock._timers.Remove(this);
                (Due, Period) = (clock._ticks + dueTime.Ticks, Math.Max(0, period.Ticks));
                if (dueTime > TimeSpan.Zero)
                {
                    clock._timers.Add(this);
                    return true;
                }
                if (dueTime == TimeSpan.Zero && Period > 0)
                {
                    Due += Period;
                    clock._timers.Add(this);
                }
            }
            if (dueTime == TimeSpan.Zero)
                ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Call(), this, preferLocal: false);
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                Volatile.Write(ref _isOver, true);
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
