namespace ChatProtocol.Hub;

/// <summary>The clocks' readings that the hub is given, each in milliseconds.</summary>
/// <param name="Monotonic">A clock that never jumps; it need not count the time in which the machine sleeps. Spans run on it.</param>
/// <param name="Boot">A clock that never jumps and runs on while the machine sleeps; the wall clock is compared with it.</param>
/// <param name="Wall">The wall clock, since 1970 UTC. It may jump either way.</param>
public readonly record struct Moment(long Monotonic, long Boot, long Wall);

/// <summary>
/// The time of day that entries are stamped with and expire by. A wall clock that jumps ahead is believed only
/// once it has stayed there for ten minutes, and one that is set back makes time stand still, for the effects of a wrong time cannot
/// be taken back (CP-MSG-012).
/// </summary>
internal sealed class WallClock
{
    /// <summary>More than this within <see cref="Trial"/> is a jump.</summary>
    private const long MaxStep = 60_000;

    private const long Trial = 600_000;

    // The wall clock's lead over the boot clock: as believed, as it was when steps were last counted from, and both times.
    private long _lead;
    private long _base;
    private long _basedAt;
    private (long Since, long Lead)? _ahead;
    private bool _isSet;

    /// <param name="newest">The latest known time in the past: time does not begin before it.</param>
    public WallClock(long newest) => Now = newest;

    /// <summary>Milliseconds since 1970 UTC; never goes back.</summary>
    public long Now { get; private set; }

    /// <summary>How long this time stands for, in milliseconds, because the wall clock was set back; 0 where it does not.</summary>
    public long StandsFor { get; private set; }

    /// <summary>
    /// How far the wall clock is ahead of this time, or behind it where negative, in milliseconds; 0 where that is less than a minute.
    /// </summary>
    public long Offset { get; private set; }

    public void Set(long boot, long wall)
    {
        var lead = wall - boot;
        if (!_isSet)
        {
            (_lead, _base, _basedAt, _isSet) = (lead, lead, boot, true);
        }
        else if (lead - _base <= MaxStep)
        {
            (_lead, _ahead) = (lead, null);
            if (boot - _basedAt >= Trial)
                (_base, _basedAt) = (lead, boot);
        }
        else
        {
            // A clock that jumps on has not stayed where it was.
            if (_ahead is not { } trial || lead - trial.Lead > MaxStep)
                _ahead = trial = (boot, lead);
            if (boot - trial.Since >= Trial)
                (_lead, _base, _basedAt, _ahead) = (lead, lead, boot, null);
        }
        Now = Math.Max(Now, boot + _lead);
        StandsFor = Now - boot - _lead;
        Offset = Math.Abs(wall - Now) > MaxStep ? wall - Now : 0;
    }
}
