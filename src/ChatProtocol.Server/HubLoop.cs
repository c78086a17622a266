using System.Collections.Concurrent;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The one thread that the hub and all send queues belong to. Each turn: control inputs, then clients' frames, as many as its
/// budget allows, then what is due, then the commit, then one slice of what takes longer, then the sockets.
/// </summary>
internal sealed class HubLoop : IDisposable
{
    /// <summary>Clients' inputs that may wait, over all connections; beyond it their reading waits.</summary>
    private const int MaxWaiting = 1024;

    /// <summary>Steps of the hub for clients' frames in one turn, some ten milliseconds: commits and fan-out are never far away.</summary>
    private const int StepsPerTurn = 8192;

    /// <summary>Send queues in one turn that go on with what they could not send in an earlier one.</summary>
    private const int GoingOnPerTurn = 512;

    /// <summary>Threads that help to send, where there are many processors. Measured with one (decision 0007).</summary>
    private const int MaxHelpers = 7;

    private readonly ChatHub _hub;
    private readonly Clocks _clocks;
    private readonly ConcurrentQueue<HubInput> _control = new();
    private readonly ClientInbox _clients = new(MaxWaiting);
    private readonly ClientTurns _turns = new();
    private readonly List<SendQueue> _dirty = [];
    private readonly Queue<SendQueue> _goingOn = new();
    private readonly ParallelSender _senders;
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sleeping;
    private volatile bool _stopping;
    private long _closeAllAt;
    private bool _isClosing;

    public HubLoop(ChatHub hub, TimeProvider time)
    {
        _hub = hub;
        _clocks = new Clocks(time);
        _senders = new ParallelSender(helpers: Math.Min(Environment.ProcessorCount - 1, MaxHelpers));
    }

    /// <summary>Faults when the server cannot go on.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Whether the clock may be wrong, as it was found at the start.</summary>
    public bool IsTimeDoubted => _hub.IsTimeDoubted;

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
    /// Queues what a connection has read. While there is no room for it the caller's thread waits, and with it whatever else
    /// it would read: the hub waits for nobody, so it is not for long.
    /// </summary>
    public void Submit(ClientInput input)
    {
        _clients.Add(input);
        Wake();
    }

    /// <summary>Queues what follows for a connection from what the hub has just said to it, behind what it has sent. Hub thread only.</summary>
    public void Follow(ClientInput input) => _turns.Add(input);

    /// <summary>Has a send queue sent at the end of the turn. Hub thread only.</summary>
    public void Touch(SendQueue queue) => _dirty.Add(queue);

    /// <summary>Has a send queue go on sending when it has its turn, behind those that are new in this one. Hub thread only.</summary>
    public void GoOn(SendQueue queue) => _goingOn.Enqueue(queue);

    /// <summary>The server cannot go on.</summary>
    public void Fail(Exception cause) => _failed.TrySetException(cause);

    /// <summary>Ends every session in good order: what was accepted is committed and sent first, unless half the grace passes.</summary>
    public void Drain(ShutdownOrder order)
    {
        _closeAllAt = _clocks.Monotonic + (long)(order.Grace.TotalMilliseconds / 2);
        Control(new HubInput.Drain(order));
    }

    /// <summary>Ends the thread after what is left to commit.</summary>
    public Task StopAsync()
    {
        _stopping = true;
        Wake();
        return _ended.Task;
    }

    public void Dispose()
    {
        _senders.Dispose();
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
            // A bug in the hub: no client can cause it, and nobody may go on with what it left.
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
        _hub.Advance(_clocks.Now);
        while (_control.TryDequeue(out var control))
            control.Apply(_hub);
        Receive();
        _hub.Tick();
        _hub.Flush();
        var busy = _hub.Work();
        // A log that failed never says what became of its last batch: there is nothing to wait for.
        _isClosing |= _hub.IsDraining && (_hub.IsIdle && _turns.IsEmpty || _failed.Task.IsCompleted || _clocks.Monotonic >= _closeAllAt);
        if (_isClosing)
            busy |= !_hub.CloseSome();
        Send();
        if (busy || _goingOn.Count > 0 || !IsQuiet)
            return true;
        if (IsOver)
            return false;
        Sleep();
        return true;
    }

    /// <summary>Sends what this turn has brought, and some of what earlier ones have left.</summary>
    private void Send()
    {
        for (var left = GoingOnPerTurn; left > 0 && _goingOn.TryDequeue(out var queue); left--)
            _dirty.Add(queue);
        _senders.Send(_dirty);
        foreach (var queue in _dirty)
            if (queue.HasMore)
                _goingOn.Enqueue(queue);
        _dirty.Clear();
    }

    private bool IsOver => _stopping && (_hub.IsIdle || _failed.Task.IsCompleted);

    private bool IsQuiet => _control.IsEmpty && _clients.IsEmpty && _turns.IsEmpty;

    private void Receive()
    {
        while (_clients.TryTake(out var input))
            _turns.Add(input);
        for (var until = _hub.Steps + StepsPerTurn; _hub.Steps < until && _turns.TryPeek(out var next);)
        {
            // A connection's beginning goes before what it says, but may have come after this turn's control inputs.
            while (next.Session is null && _control.TryDequeue(out var control))
                control.Apply(_hub);
            _turns.Serve(_hub);
        }
    }

    /// <summary>When there is something to do without an input; once all is closed, only inputs are left.</summary>
    private long? Due => !_hub.IsDraining ? _hub.NextDue : _isClosing ? null : _closeAllAt;

    private void Wake()
    {
        if (Interlocked.Exchange(ref _sleeping, 0) == 1)
            _wake.Set();
    }

    private void Sleep()
    {
        // First say so, then look again: whoever came in between sees it and wakes us.
        Interlocked.Exchange(ref _sleeping, 1);
        if (!IsQuiet || IsOver)
        {
            Interlocked.Exchange(ref _sleeping, 0);
            return;
        }
        _wake.WaitOne(Due is { } at ? (int)Math.Clamp(at - _clocks.Monotonic, 0, 60_000) : Timeout.Infinite);
        Interlocked.Exchange(ref _sleeping, 0);
    }
}
