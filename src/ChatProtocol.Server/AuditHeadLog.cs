using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// Writes the head of the audit log to the server's log: at the start, once a day where it has moved, and at the end. A chain tells what was
/// changed in its middle; that its end was cut off tells only somebody who kept the head elsewhere, as the journal does.
/// </summary>
internal sealed partial class AuditHeadLog : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private readonly Func<string?> _head;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private string? _told;

    /// <param name="head">Reads the head from any thread; null where there is none yet.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The server's log.</param>
    public AuditHeadLog(Func<string?> head, TimeProvider time, ILogger logger)
    {
        _head = head;
        _logger = logger;
        Tell();
        _timer = time.CreateTimer(_ => Tell(), null, Interval, Interval);
    }

    /// <summary>Writes the last head, and ends.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Tell();
    }

    private void Tell()
    {
        if (_head() is { } head && Interlocked.Exchange(ref _told, head) != head)
            LogHead(_logger, head);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "the audit log ends with {Head}")]
    private static partial void LogHead(ILogger logger, string head);
}
