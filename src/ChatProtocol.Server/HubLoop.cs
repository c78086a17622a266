using System.Collections.Concurrent;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The one thread that the hub and all outboxes belong to. Each turn: control inputs, then clients' frames, then what is
/// due, then the commit, then one slice of fan-out, then the sockets.
/// </summary>
internal sealed class HubLoop : IDisposable
{
    /// <summary>Clients' inputs that may wait, over all connections; beyond it their reading waits.</summary>
    private const int MaxWaiting = 1024;

    /// <summary>Those taken in one turn, so that commits and fan-out are never far away.</summary>
    private const int MaxPerTurn = 256;

    /// <summary>Threads that help to send, where there are many processors. Measured with one (decision 0007).</summary>
    private const int MaxHelpers = 7;

    private readonly ChatHub _hub;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<HubInput> _control = new();
    private readonly ClientInbox _clients = new(MaxWaiting);
    private readonly List<Outbox> _dirty = [];
    private readonly SendCrew _senders;
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sleeping;
    private volatile bool _stopping;
    private long _closeAllAt;

    public HubLoop(ChatHub hub, TimeProvider time)
    {
        _hub = hub;
        _time = time;
        _senders = new SendCrew(helpers: Math.Min(Environment.ProcessorCount - 1, MaxHelpers));
    }

    /// <summary>Faults when the server cannot go on.</summary>
    public Task Failed => _failed.Task;

    public void Start() => new Thread(Run) { Name = "hub", IsBackground = true }.Start();

    /// <summary>Queues an input that does not wait behind clients.</summary>
    public void Control(HubInput input)
    {
        _control.Enqueue(input);
        Wake();
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

    /// <summary>Has an outbox sent at the end of the turn. Hub thread only.</summary>
    public void Touch(Outbox outbox) => _dirty.Add(outbox);

    /// <summary>The server cannot go on.</summary>
    public void Fail(Exception cause) => _failed.TrySetException(cause);

    /// <summary>Ends every session in good order: what was accepted is committed and sent first, unless half the grace passes.</summary>
    public void Drain(ShutdownOrder order)
    {
        _closeAllAt = Now + (long)(order.Grace.TotalMilliseconds / 2);
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

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

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
        _hub.Advance(Now);
        while (_control.TryDequeue(out var control))
            control.Apply(_hub);
        for (var i = 0; i < MaxPerTurn && _clients.TryTake(out var input); i++)
            Receive(input);
        _hub.Tick();
        _hub.Flush();
        var busy = _hub.Work();
        if (_hub.IsDraining && (_hub.IsIdle || Now >= _closeAllAt))
            _hub.CloseAll();
        _senders.Send(_dirty);
        _dirty.Clear();
        if (busy || !IsQuiet)
            return true;
        if (_stopping && (_hub.IsIdle || _failed.Task.IsCompleted))
            return false;
        Sleep();
        return true;
    }

    private bool IsQuiet => _control.IsEmpty && _clients.IsEmpty;

    private void Receive(ClientInput input)
    {
        // A connection's beginning goes before what it says, but may have come after this turn's control inputs.
        while (input.From.Session is null && _control.TryDequeue(out var control))
            control.Apply(_hub);
        input.From.Taken();
        input.Apply(_hub);
    }

    /// <summary>When there is something to do without an input; once all is closed, only inputs are left.</summary>
    private long? Due => !_hub.IsDraining ? _hub.NextDue : Now < _closeAllAt ? _closeAllAt : null;

    private void Wake()
    {
        if (Interlocked.Exchange(ref _sleeping, 0) == 1)
            _wake.Set();
    }

    private void Sleep()
    {
        // First say so, then look again: whoever came in between sees it and wakes us.
        Interlocked.Exchange(ref _sleeping, 1);
        if (!IsQuiet || _stopping && _hub.IsIdle)
        {
            Interlocked.Exchange(ref _sleeping, 0);
            return;
        }
        _wake.WaitOne(Due is { } at ? (int)Math.Clamp(at - Now, 0, 60_000) : Timeout.Infinite);
        Interlocked.Exchange(ref _sleeping, 0);
    }
}
