using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The one thread that the hub and all send queues belong to. Each turn: control inputs, then clients' frames up to the turn's
/// budget, then timers that are due, then the commit, then one slice of longer work, then the sockets.
/// </summary>
internal sealed class HubLoop : IDisposable
{
    /// <summary>The most client inputs that may wait, over all connections; beyond it their reading waits.</summary>
    private const int MaxWaiting = 1024;

    /// <summary>Steps of the hub for clients' frames in one turn, some ten milliseconds: commits and fan-out are never far away.</summary>
    private const int StepsPerTurn = 8192;

    /// <summary>The most threads that help to send, where there are many processors. Measured with one (decision 0007).</summary>
    private const int MaxHelpers = 7;

    private readonly ChatHub _hub;
    private readonly SystemClocks _clocks;
    private readonly ConcurrentQueue<HubInput> _control = new();
    private readonly ClientInputChannel _clients = new(MaxWaiting);
    private readonly InputSchedule _schedule = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sleeping;

    // Whether the wall clock was last told to be ahead, 1, or behind, -1.
    private int _clockTold;
    private volatile bool _stopping;
    private long _closeAllAt;
    private long _endAt = long.MaxValue;
    private bool _isClosing;

    public HubLoop(ChatHub hub, TimeProvider time)
    {
        _hub = hub;
        _clocks = new SystemClocks(time);
        Pulse = new HubPulse(Control);
        Sends = new SendSchedule(helpers: Math.Min(Environment.ProcessorCount - 1, MaxHelpers), Control);
    }

    /// <summary>Faults when the server cannot go on.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Whether the clock was found to be doubtful at the start.</summary>
    public bool IsTimeDoubted => _hub.IsTimeDoubted;

    /// <summary>
    /// Called when the wall clock is found to be ahead of the hub's time or behind it by more than a minute, with how far, or to agree
    /// with it again, with zero. On the hub's thread, which it must not hold up.
    /// </summary>
    public Action<TimeSpan>? ClockSet { get; init; }

    /// <summary>Seconds of each turn; nothing is measured while nobody listens to it.</summary>
    public Histogram<double>? TurnSeconds { get; init; }

    /// <summary>Whether the thread still turns.</summary>
    public HubPulse Pulse { get; }

    /// <summary>The send queues that have something to send.</summary>
    public SendSchedule Sends { get; }

    public void Start() => new Thread(Run) { Name = "hub", IsBackground = true }.Start();

    /// <summary>Queues an input that does not wait behind clients.</summary>
    public void Control(HubInput input)
    {
        _control.Enqueue(input);
        Wake();
    }

    /// <summary>The refusal for a peer at a banned address; null where it is not banned.</summary>
    public async Task<Error?> FindBanAsync(Origin origin, AddressRange address, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<Error?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Control(new HubInput.FindBan(origin, address, answer));
        return await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Queues the input of a connection. While the queue is full the caller's thread waits, and with it all that it would read
    /// next: the hub never blocks, so the wait is short.
    /// </summary>
    public void Submit(ClientInput input)
    {
        _clients.Add(input);
        Wake();
    }

    /// <summary>
    /// Queues a request that follows from the frame that the hub is sending, behind the connection's other inputs. Hub
    /// thread only.
    /// </summary>
    public void Follow(ClientInput input) => _schedule.Add(input);

    /// <summary>Reports that the server cannot go on.</summary>
    public void Fail(Exception cause) => _failed.TrySetException(cause);

    /// <summary>Ends every session in good order: accepted posts are committed and sent first, unless half the grace time passes.</summary>
    public void Drain(ShutdownOrder order)
    {
        var (now, grace) = (_clocks.Monotonic, (long)order.Grace.TotalMilliseconds);
        (_closeAllAt, _endAt) = (now + (grace / 2), now + grace);
        Control(new HubInput.Drain(order));
    }

    /// <summary>
    /// Ends the thread once everything is committed, and at the end of the grace time in any case (CP-ADM-008): a disk may stay full,
    /// or not answer.
    /// </summary>
    public Task StopAsync()
    {
        _stopping = true;
        Wake();
        return _ended.Task;
    }

    public void Dispose()
    {
        Sends.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        try
        {
            while (Turn())
            {
            }
            _ended.SetResult();
        }
        catch (Exception e)
        {
            // A bug in the hub: no client can cause it, and the state that it left must not be used.
            _failed.TrySetException(e);
            _ended.TrySetException(e);
        }
        finally
        {
            _clients.Close();
        }
    }

    private bool Turn()
    {
        var began = TurnSeconds is { Enabled: true } ? Stopwatch.GetTimestamp() : 0;
        var busy = Work();
        if (began != 0)
            TurnSeconds!.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        if (IsLate)
        {
            GiveUp();
            return false;
        }
        if (busy || Sends.HasMore || !IsQuiet)
            return true;
        if (IsOver)
            return false;
        Sleep();
        return true;
    }

    /// <summary>Does the work of one turn; true if there is more to do without an input.</summary>
    private bool Work()
    {
        _hub.Advance(_clocks.Now);
        CompareClocks();
        while (_control.TryDequeue(out var control))
            control.Apply(_hub);
        Receive();
        _hub.Tick();
        _hub.Flush();
        var busy = _hub.Work();
        // A log that failed never says what became of its last batch: there is nothing to wait for.
        _isClosing |= _hub.IsDraining && (_hub.IsIdle && _schedule.IsEmpty || _failed.Task.IsCompleted || _clocks.Monotonic >= _closeAllAt);
        if (_isClosing)
            busy |= !_hub.CloseSome();
        Sends.Send();
        return busy;
    }

    private bool IsOver => _stopping && (_hub.IsIdle || _failed.Task.IsCompleted);

    private bool IsLate => _stopping && _clocks.Monotonic >= _endAt;

    private void GiveUp()
    {
        if (_hub.HasUnstored)
            Fail(new ServerException("the server ended before its last records were stored, such as when a guest was last here: the disk is full, or does not answer. Everything that was acknowledged is stored"));
    }

    private bool IsQuiet => _control.IsEmpty && _clients.IsEmpty && _schedule.IsEmpty;

    private void CompareClocks()
    {
        var offset = _hub.ClockOffset;
        if (Math.Sign(offset) == _clockTold)
            return;
        _clockTold = Math.Sign(offset);
        ClockSet?.Invoke(TimeSpan.FromMilliseconds(offset));
    }

    private void Receive()
    {
        while (_clients.TryTake(out var input))
            _schedule.Add(input);
        for (var until = _hub.Steps + StepsPerTurn; _hub.Steps < until && _schedule.TryPeek(out var next);)
        {
            // A connection is entered before its first input, but that order may have come after this turn's control inputs.
            while (next.Session is null && _control.TryDequeue(out var control))
                control.Apply(_hub);
            _schedule.Serve(_hub);
        }
    }

    /// <summary>When there is work to do without an input: a lost batch, for one, is tried again until the grace time ends.</summary>
    private long? Due => !_hub.IsDraining ? _hub.NextDue : Math.Min(_hub.NextDue ?? long.MaxValue, _isClosing ? _endAt : _closeAllAt);

    private void Wake()
    {
        if (Interlocked.Exchange(ref _sleeping, 0) == 1)
            _wake.Set();
    }

    private void Sleep()
    {
        // The flag is set before the last look, so an input that comes in between sees it and wakes the thread.
        Interlocked.Exchange(ref _sleeping, 1);
        if (!IsQuiet || IsOver || IsLate)
        {
            Interlocked.Exchange(ref _sleeping, 0);
            return;
        }
        _wake.WaitOne(Due is { } at ? (int)Math.Clamp(at - _clocks.Monotonic, 0, 60_000) : Timeout.Infinite);
        Interlocked.Exchange(ref _sleeping, 0);
    }
}
