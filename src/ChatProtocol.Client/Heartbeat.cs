namespace ChatProtocol.Client;

/// <summary>
/// Looks once a second whether the server is still there (CP-SES-010) and which calls have waited too long. The server's
/// silence does not count while nothing is read from it because the events are not taken.
/// </summary>
internal sealed class Heartbeat(ChatClientOptions options, Connection connection, PendingRequests requests, EventBuffer events)
{
    private readonly TimeProvider _time = options.TimeProvider;
    private long _heard;
    private bool _asked;

    /// <summary>What the server told; its times hold for both sides.</summary>
    public Limits Limits { get; set; } = Limits.Default;

    /// <summary>Something came, or nothing could because we did not read.</summary>
    public void Heard() => Volatile.Write(ref _heard, _time.GetTimestamp());

    /// <summary>Runs until the connection ends.</summary>
    public async Task RunAsync()
    {
        Heard();
        var period = TimeSpan.FromTicks(Math.Clamp(options.RequestTimeout.Ticks / 4, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerSecond));
        using var timer = new PeriodicTimer(period, _time);
        // A timer that is disposed ends the waiting without an exception, which would be the dearest thing in a short command.
        using var stopping = connection.Stopped.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
            Beat();
    }

    private void Beat()
    {
        requests.FailOlderThan(options.RequestTimeout);
        if (events.IsFull)
            Heard();
        var silence = _time.GetElapsedTime(Volatile.Read(ref _heard)).TotalMilliseconds;
        if (silence >= Limits.DeadAfter)
            connection.End(new Ending(ChatException.Disconnected($"the server was silent for {silence / 1000:0} s; the connection is taken for lost")));
        else if (silence < Limits.PingAfter)
            _asked = false;
        else if (!_asked)
            Ask();
    }

    private void Ask()
    {
        _asked = true;
        requests.SendNow(new Probe());
    }

    /// <summary>A ping that nobody awaits: whatever comes is a sign of life.</summary>
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
