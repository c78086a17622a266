namespace ChatProtocol.Hub;

/// <summary>
/// Has the log's files cleaned of what was erased without anybody waiting for it: once for all that was erased within a few seconds
/// (CP-AMD-007).
/// </summary>
internal sealed class ScrubSchedule(HubClock clock, IMaintenanceLog log)
{
    /// <summary>In milliseconds.</summary>
    private const long Delay = 5000;

    /// <summary>When the files are cleaned next, on the monotonic clock; null if nothing was erased.</summary>
    public long? NextDue { get; private set; }

    /// <summary>Something was erased.</summary>
    public void Want() => NextDue ??= clock.Ticks + Delay;

    public void Look()
    {
        if (!(NextDue <= clock.Ticks))
            return;
        NextDue = null;
        log.Do(new MaintenanceTask.Scrub());
    }
}
