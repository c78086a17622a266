namespace ChatProtocol.Client;

/// <summary>
/// The keep-alive: checks once a second whether the server is still there and which calls have waited too long. A late check, as
/// after the program was stopped for a while, counts two intervals at most: frames that came meanwhile are still to be read.
/// </summary>
internal sealed class KeepAlive : IAsyncDisposable
{
    private readonly ChatClientOptions _options;
    private readonly Connection _connection;
    private readonly PendingRequests _requests;
    private readonly TimeSpan _period;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private long _last;
    private TimeSpan _silence;
    private TimeSpan? _askedAt;
    private volatile bool _heard;

    public KeepAlive(ChatClientOptions options, Connection connection, PendingRequests requests)
    {
        (_options, _connection, _requests) = (options, connection, requests);
        var shortest = Math.Min(options.RequestTimeout.Ticks, Math.Min(options.KeepAliveInterval.Ticks, options.KeepAliveTimeout.Ticks));
        _period = TimeSpan.FromTicks(Math.Clamp(shortest / 4, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerSecond));
    }

    /// <summary>Bytes have arrived.</summary>
    public void Heard() => _heard = true;

    public void Start()
    {
        _last = _options.TimeProvider.GetTimestamp();
        _timer = _options.TimeProvider.CreateTimer(static beat => ((KeepAlive)beat!).Beat(), this, _period, _period);
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Beat()
    {
        lock (_gate)
        {
            var now = _options.TimeProvider.GetTimestamp();
            var passed = _options.TimeProvider.GetElapsedTime(_last, now);
            _last = now;
            if (passed > 2 * _period)
            {
                _requests.Skip(passed - 2 * _period);
                passed = 2 * _period;
            }
            var hasFailed = _requests.FailOlderThan(_options.RequestTimeout);
            Listen(passed, hasFailed);
        }
    }

    private void Listen(TimeSpan passed, bool hasFailed)
    {
        _silence += passed;
        if (_heard)
        {
            _heard = false;
            _silence = TimeSpan.Zero;
            _askedAt = null;
        }
        if (_silence - _askedAt >= _options.KeepAliveTimeout)
            _connection.End(new CloseReason(ChatException.Disconnected(
                $"the server was silent for {_silence.TotalSeconds:0} s; the connection is taken for lost")));
        else if (_askedAt is null && (_silence >= _options.KeepAliveInterval || hasFailed))
            Ask();
    }

    private void Ask()
    {
        _askedAt = _silence;
        _requests.SendNow(new Probe());
    }

    /// <summary>A ping that nobody awaits: any bytes that arrive show that the server is alive.</summary>
    private sealed class Probe : Call
    {
        public override bool IsOver => true;

        public override Request ToFrame(ulong id) => new Ping(id);

        public override bool TryAnswer(Reply reply) => reply is Pong;

        public override void Fail(ChatException failure)
        {
        }

        public override void Cancel(CancellationToken cancellationToken)
        {
        }
    }
}
