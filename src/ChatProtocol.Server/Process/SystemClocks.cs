using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The machine's clocks, as the hub uses them. Any thread.</summary>
internal sealed class SystemClocks(TimeProvider time)
{
    private const int BootTime = 7; // CLOCK_BOOTTIME

    private readonly bool _hasBootTime = time == TimeProvider.System && OperatingSystem.IsLinux();
    private readonly long _start = time.GetTimestamp();

    public Moment Now => new(Monotonic, _hasBootTime ? SinceBoot() : Monotonic, time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Milliseconds since this object was made, on a clock that never jumps.</summary>
    public long Monotonic => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>
    /// Where the system has no such clock, the monotonic one takes its place: a machine that slept then looks like one whose clock was
    /// set ahead.
    /// </summary>
    private long SinceBoot() => LibC.GetTime(BootTime, out var now) == 0 ? ((long)now.Seconds * 1000) + (now.Nanoseconds / 1_000_000) : Monotonic;
}
