using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>
/// The server: a hub with its log, its connections and its clock, under one lock. The turns that follow from an input
/// are done on the thread that brings it, until nothing is left to do: no thread of its own, and no time passes. Thread-safe.
/// </summary>
internal sealed class HubHost : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ChatTestServerOptions _options;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly MemoryLog _log = new();
    private readonly FakePasswordHasher _passwords = new();
    private readonly byte[] _id = Guid.NewGuid().ToByteArray();
    private readonly byte[] _hashKey = Guid.NewGuid().ToByteArray();
    private readonly List<ServerConnection> _connections = [];
    private ChatHub? _hub;
    private TaskCompletionSource? _healed;
    private Exception? _failure;
    private long _closeAllAt;
    private bool _isDisposed;

    public HubHost(ChatTestServerOptions options, TimeProvider time)
    {
        (_options, _time, _start) = (options, time, time.GetTimestamp());
        _timer = time.CreateTimer(static host => ((HubHost)host!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Start();
    }

    public bool IsRunning
    {
        get
        {
            lock (_gate)
                return _hub is not null;
        }
    }

    /// <summary>Starts a server on what is stored; one that runs is killed first.</summary>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Kill();
            _closeAllAt = 0;
            _hub = new ChatHub(MakeHubOptions(), _log, _passwords, BeginToStop);
            Run();
        }
    }

    /// <summary>Ends at once: nothing more is stored or sent, and every connection breaks.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            _hub = null;
            _log.Crash();
            _passwords.Tasks.Clear();
            foreach (var connection in _connections)
                connection.Break(hub: null);
            _connections.Clear();
        }
    }

    /// <summary>Is killed, and starts on the copy of what was stored.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            _log.Restore();
            Start();
        }
    }

    /// <summary>Ends in good order, as by an admin's order.</summary>
    public void Stop(ShutdownOrder order)
    {
        lock (_gate)
        {
            BeginToStop(order);
            Run();
        }
    }

    /// <summary>A client connects.</summary>
    /// <exception cref="IOException">The server does not run.</exception>
    public async Task<Stream> ConnectAsync(ConnectionKind kind, CancellationToken cancellation)
    {
        while (true)
        {
            Task healed;
            lock (_gate)
            {
                if (_healed is null)
                    return Connect(kind);
                healed = _healed.Task;
            }
            await healed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Does something with the server and its log, and the turns that follow from it.</summary>
    public void Act(Action<MemoryLog> act)
    {
        lock (_gate)
        {
            act(_log);
            Run();
        }
    }

    /// <summary>Stops the bytes on every connection, also on those to come, or lets them go on.</summary>
    public void Partition(bool isPartitioned)
    {
        lock (_gate)
        {
            _connections.ForEach(connection => connection.IsPartitioned = isPartitioned);
            if (isPartitioned)
                _healed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            else
                Interlocked.Exchange(ref _healed, null)?.SetResult();
            Run();
        }
    }

    /// <summary>Breaks every connection.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _connections.ForEach(connection => connection.Break(_hub));
            Run();
        }
    }

    /// <summary>Asks every client for a sign of life; completes when each has given it, or is gone.</summary>
    public Task ProbeAsync()
    {
        lock (_gate)
        {
            List<Task> probes = [.. _connections.Select(connection => connection.Probe()).OfType<Task>()];
            Run();
            return Task.WhenAll(probes);
        }
    }

    /// <exception cref="InvalidOperationException">The server has failed; told once.</exception>
    public void Dispose()
    {
        Exception? failure;
        lock (_gate)
        {
            Kill();
            _isDisposed = true;
            Interlocked.Exchange(ref _healed, null)?.SetResult();
            _timer.Dispose();
            failure = Interlocked.Exchange(ref _failure, null);
        }
        if (failure is not null)
            throw new InvalidOperationException($"The test server has failed: {failure.Message}", failure);
    }

    private Stream Connect(ConnectionKind kind)
    {
        if (_hub is not { } hub)
            throw new IOException("the test server does not run: it was killed, or has stopped");
        var link = new Link(Run);
        var connection = new ServerConnection(kind, link, _options.Limits);
        _connections.Add(connection);
        connection.Begin(hub);
        Run();
        return link.ClientEnd;
    }

    private void Run()
    {
        lock (_gate)
        {
            try
            {
                while (_hub is { } hub && Turn(hub))
                {
                }
            }
            catch (Exception e)
            {
                // The state that it left must not be used, and the thread is often a client's, who is not to be blamed: the test is told in the end.
                _failure ??= e;
                Kill();
            }
            if (_isDisposed)
                return;
            var due = _hub?.NextDue is { } at ? TimeSpan.FromMilliseconds(Math.Max(1, at - Monotonic)) : Timeout.InfiniteTimeSpan;
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>One turn, in the order of the real server's; true if another has to follow.</summary>
    private bool Turn(ChatHub hub)
    {
        var before = hub.Steps;
        hub.Advance(new Moment(Monotonic, Monotonic, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        _log.Answer(hub);
        while (_passwords.Tasks.TryDequeue(out var task))
            hub.PasswordDone(task, FakePasswordHasher.Do(task));
        foreach (var connection in _connections)
            connection.Receive(hub);
        hub.Tick();
        hub.Flush();
        var hasMore = hub.Work();
        var isClosed = hub.IsDraining && (hub.IsIdle || Monotonic >= _closeAllAt) && hub.CloseSome();
        foreach (var connection in _connections)
            connection.Flush(hub);
        _connections.RemoveAll(connection => connection.IsOver);
        if (isClosed && (_connections.Count == 0 || Monotonic >= _closeAllAt))
        {
            Kill();
            return false;
        }
        return hasMore || hub.Steps != before || _log.HasAnswers || _passwords.Tasks.Count > 0 || _connections.Exists(connection => connection.HasMore)
            || hub.NextDue <= Monotonic;
    }

    private void BeginToStop(ShutdownOrder order)
    {
        if (_hub is not { IsDraining: false } hub)
            return;
        _closeAllAt = Monotonic + (long)(order.Grace.TotalMilliseconds / 2);
        hub.Drain(order);
    }

    private long Monotonic => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    private HubOptions MakeHubOptions() => new()
    {
        Server = _id,
        HashKey = _hashKey,
        Epoch = BitConverter.ToUInt64(Guid.NewGuid().ToByteArray()) & Limits.MaxInteger,
        Agent = "chat-test-server",
        Limits = _options.Limits,
        Near = _options.BoundsStrangers ? GuestBounds.Far : GuestBounds.Near,
        NearRegistration = _options.Registration switch
        {
            TestRegistration.Open => Registration.Open,
            TestRegistration.ByInvitation => Registration.ByInvitation,
            _ => Registration.Closed,
        },
    };
}
