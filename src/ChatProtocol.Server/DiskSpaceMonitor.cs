using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// Measures how much space is left on the disk that the data lies on, once a second and after much was written, and tells the hub
/// before none is: the log needs space to expire and erase, and others share the disk.
/// </summary>
internal sealed partial class DiskSpaceMonitor : IDisposable
{
    private const long DefaultFloor = 1L << 30;

    /// <summary>The default floor of a small file system is its size divided by this.</summary>
    private const int DefaultPart = 20;

    /// <summary>A look is due when so much of the floor may have been written: each byte is written twice, and with others.</summary>
    private const int PartOfFloor = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly Func<long> _pending;
    private readonly HubLoop _hub;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private long _written;
    private long _lookAfter = long.MaxValue;
    private long? _floor;
    private volatile bool _isLow;
    private long _free = -1;
    private bool _isEnded;

    /// <param name="folder">The data folder.</param>
    /// <param name="floor">Bytes that have to be left; null for the default, 0 for none.</param>
    /// <param name="pending">Bytes that the log will still take of what is free; for any thread.</param>
    /// <param name="hub">The hub that is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The server's log.</param>
    public DiskSpaceMonitor(string folder, long? floor, Func<long> pending, HubLoop hub, TimeProvider time, ILogger logger)
    {
        _folder = folder;
        _pending = pending;
        _floor = floor;
        _hub = hub;
        _logger = logger;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Look();
        _timer.Change(Interval, Interval);
    }

    /// <summary>Whether so little is left that posts are refused. Any thread.</summary>
    public bool IsLow => _isLow;

    /// <summary>Bytes that were free when they were looked at last; null if they could not be measured. Any thread.</summary>
    public long? Free => Interlocked.Read(ref _free) is >= 0 and var free ? free : null;

    /// <summary>Bytes that have to be left from now on; null for the default, 0 for none.</summary>
    public void SetFloor(long? floor)
    {
        lock (_gate)
            _floor = floor;
        Look();
    }

    /// <summary>Bytes of entries were written. Any thread.</summary>
    public void Wrote(long bytes)
    {
        if (Interlocked.Add(ref _written, bytes) >= Volatile.Read(ref _lookAfter))
            Look();
    }

    public void Dispose()
    {
        lock (_gate)
            _isEnded = true;
        _timer.Dispose();
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_isEnded || Measure() is not var (free, size))
                return;
            Interlocked.Exchange(ref _free, free);
            // Without a floor nothing is reported, except the end of low storage under an earlier floor.
            if (_floor == 0 && !_isLow)
                return;
            var floor = _floor ?? Math.Min(DefaultFloor, size / DefaultPart);
            Volatile.Write(ref _lookAfter, Math.Max(1, floor / PartOfFloor));
            Interlocked.Exchange(ref _written, 0);
            // Low storage ends only somewhat above the floor, or it would begin and end over and over.
            var isLow = free < (_isLow ? floor + (floor / 16) : floor);
            _hub.Control(new HubInput.Storage(isLow, (ulong)free, (ulong)floor));
            if (isLow == _isLow)
                return;
            _isLow = isLow;
            if (isLow)
                LogLow(_logger, Show(free), _folder, Show(floor));
            else
                LogEnough(_logger, Show(free), _folder);
        }
    }

    /// <summary>
    /// The free bytes count without those that the database still takes of the write-ahead log: a checkpoint would take the last of
    /// them at once. Null if the disk cannot be measured: then a failed write will tell.
    /// </summary>
    private (long Free, long Size)? Measure()
    {
        try
        {
            var drive = new DriveInfo(_folder);
            return (Math.Max(0, drive.AvailableFreeSpace - _pending()), drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Show(long bytes) => bytes < 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.#} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.#} GiB");

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "only {Free} are left on the disk of {Folder}, less than the floor of {Floor} (--disk-floor): nothing is posted until there is more; reading, erasing and expiry go on")]
    private static partial void LogLow(ILogger logger, string free, string folder, string floor);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Free} are free again on the disk of {Folder}: posts are taken")]
    private static partial void LogEnough(ILogger logger, string free, string folder);
}
