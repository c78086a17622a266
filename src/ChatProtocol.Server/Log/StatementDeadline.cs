namespace ChatProtocol.Server;

/// <summary>
/// Breaks off what a connection does once its time is over. Cancelling a command does nothing with SQLite; after it is disposed of nothing is broken off
/// any more.
/// </summary>
internal sealed class StatementDeadline : IDisposable
{
    private readonly Lock _lock = new();
    private readonly DatabaseConnection _connection;
    private readonly Timer _timer;
    private bool _isOver;

    public StatementDeadline(DatabaseConnection connection, TimeSpan time)
    {
        _connection = connection;
        _timer = new Timer(static state => ((StatementDeadline)state!).BreakOff(), this, time, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        lock (_lock)
            _isOver = true;
        _timer.Dispose();
    }

    private void BreakOff()
    {
        lock (_lock)
            if (!_isOver)
                _connection.Interrupt();
    }
}
