namespace ChatProtocol.Hub;

/// <summary>
/// The bounds of reads and refusals in the audit log, which anybody can make many of: one of a kind in a while, and so many in all, those of
/// strangers apart from those of the staff. What is left out is counted, and told with the next one that is recorded (CP-AUD-004).
/// </summary>
internal sealed class AuditBounds(HubClock clock)
{
    /// <summary>A minute, in milliseconds.</summary>
    private const long BetweenRefusals = 60_000;

    /// <summary>An hour, in milliseconds.</summary>
    private const long BetweenReads = 3_600_000;

    /// <summary>Above this the kinds whose time is over are forgotten. The rates bound how many there can be then.</summary>
    private const int MaxKinds = 1000;

    // With the usual limits of the log these leave room for 500 acts a day.
    private static readonly Rate OfStaff = Rate.PerHour(60, burst: 200);
    private static readonly Rate OfOthers = Rate.PerHour(20, burst: 100);

    private readonly Dictionary<(ulong Principal, ulong Token, string Verb, bool IsRefused), long> _recorded = [];
    private TokenBucket _staff;
    private TokenBucket _others;
    private long _leftOut;

    /// <summary>Whether a read or a refusal may be recorded.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="isOfStaff">Whether somebody of the staff asked.</param>
    /// <param name="isRefused">Whether it was refused.</param>
    /// <param name="leftOut">How many were not recorded since the last one that was.</param>
    public bool Allows(AuditRecord record, bool isOfStaff, bool isRefused, out long leftOut)
    {
        leftOut = _leftOut;
        var kind = (record.Principal, record.Token, record.Verb, isRefused);
        if (_recorded.TryGetValue(kind, out var at) && clock.Ticks - at < Interval(isRefused)
            || !(isOfStaff ? _staff.TryTake(OfStaff, clock.Ticks) : _others.TryTake(OfOthers, clock.Ticks)))
        {
            _leftOut++;
            return false;
        }
        if (_recorded.Count >= MaxKinds)
            foreach (var (old, when) in _recorded.ToList())
                if (clock.Ticks - when >= Interval(old.IsRefused))
                    _recorded.Remove(old);
        _recorded[kind] = clock.Ticks;
        _leftOut = 0;
        return true;
    }

    private static long Interval(bool isRefused) => isRefused ? BetweenRefusals : BetweenReads;
}
