using System.Net;
using System.Net.Sockets;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// One client's connection, for any protocol. Its read task hands the inputs that the protocol parses to the hub, no more than
/// may be in flight; everything else belongs to the hub's thread.
/// </summary>
internal sealed class Connection : IPeer, IGatewayLink
{
    /// <summary>How long a closed connection may take to receive the rest of its output.</summary>
    private static readonly TimeSpan LingeringClose = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The lingering close: how long input is still read and thrown away, so that a reset does not overtake the last word.
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly Transport _transport;
    private readonly ConnectionServices _services;
    private readonly IProtocol _protocol;
    private ITimer? _alarm;
    private long _held;
    private int _inFlight;
    private long _bytesInFlight;
    private int _resumeAt;
    private long _resumeAtBytes;
    private int _notTaken;
    private volatile TaskCompletionSource? _heldBack;
    private volatile bool _isClosed;

    /// <param name="accepted">The connection's transport and origin.</param>
    /// <param name="transport">The name of the transport, for admins.</param>
    /// <param name="services">The parts of the server that every connection uses.</param>
    /// <param name="speak">Makes the protocol.</param>
    public Connection(AcceptedConnection accepted, string transport, ConnectionServices services, Func<Connection, IProtocol> speak)
    {
        _transport = accepted.Transport;
        _services = services;
        Transport = transport;
        Inputs = new ConnectionInputs(IsAdmin);
        Address = Describe(_transport.Remote) is { Length: > 0 } address ? address : transport;
        Origin = accepted.Origin;
        Slot = accepted.Slot;
        LetsGuestsIn = accepted.LetsGuestsIn;
        Output = new SendQueue(_transport.OpenSink(), services.Loop.Sends, services.Budget, services.Time) { Limit = services.QueueBytes, WhenDrained = Drained };
        _protocol = speak(this);
        (HasNoKey, OnlyListens, AnswersPings, Renders) = (_protocol.HasNoKey, _protocol.OnlyListens, _protocol.AnswersPings, _protocol.Renders);
    }

    /// <summary>The inputs that wait for the connection's turn, and its session.</summary>
    public ConnectionInputs Inputs { get; }

    public Session? Session => Inputs.Session;

    /// <summary>The output that waits to be sent. Hub's thread only.</summary>
    public SendQueue Output { get; }

    /// <summary>The connection's slot in the server; null if it is not counted.</summary>
    public ConnectionSlot? Slot { get; }

    public string Address { get; }

    public Origin Origin { get; }

    public string Transport { get; }

    public bool IsConfidential => _transport.IsEncrypted || _transport.Remote is not IPEndPoint remote || IPAddress.IsLoopback(remote.Address);

    public bool LetsGuestsIn { get; }

    public bool IsOnTrial => Slot is { IsOnTrial: true };

    public bool IsAdmin => Transport == "admin";

    public bool HasNoKey { get; }

    public bool OnlyListens { get; }

    public bool AnswersPings { get; }

    public bool Renders { get; }

    public long Queued => Output.Queued;

    public long Sent => Output.SentBytes;

    public bool IsHeldBack => _heldBack is not null;

    public bool HasUnread => Inputs.HasSubmitted || _transport.HasUnread;

    private int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>About how many bytes the requests in flight take up.</summary>
    private long BytesInFlight => Volatile.Read(ref _bytesInFlight);

    /// <summary>Serves the connection until it ends, from either side.</summary>
    public async Task RunAsync()
    {
        _services.Connections.Add(Transport);
        _services.Loop.Control(new Connected(this));
        try
        {
            await ReadAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The connection was reset by the peer, or cut off at the end of the grace time.
        }
        finally
        {
            _alarm?.Dispose();
            Hold(0);
            Submit(new Ended(this));
        }
        await EndAsync().ConfigureAwait(false);
        // Requests that will not be answered any more no longer count.
        _services.Budget.GiveBack(Interlocked.Exchange(ref _bytesInFlight, 0));
        _services.Connections.Add(Transport, -1);
    }

    public void Send(Frame frame)
    {
        if (frame is Error or Bye)
            ConnectionLog.Told(_services.Logger, Session?.Id, frame);
        _protocol.Send(frame);
    }

    public void Send(Segment segment, int index, int count) => _protocol.Send(segment, index, count);

    public bool HasRoom() => Output.HasRoom();

    public void Close(Frame? last)
    {
        if (last is not null)
            Send(last);
        Output.Close();
        _isClosed = true;
        _heldBack?.TrySetResult();
        _transport.Input.CancelPendingRead();
    }

    /// <summary>Has something done at the connection's turn, once the hub is done with the frame that it is sending. Hub's thread only.</summary>
    public void Follow(Action<ChatHub> act)
    {
        Inputs.Submitted();
        _services.Loop.Follow(new ClientInput.Followup(Inputs, act));
    }

    /// <summary>
    /// A request has its reply. If the send queue is full, the request counts as in flight until the queue has drained, or a client
    /// that asks without reading would fill the server's memory. Hub's thread only.
    /// </summary>
    public void Replied()
    {
        if (Output.HasRoom())
            Release(1);
        else
            _notTaken++;
    }

    /// <summary>
    /// Reads until the end of the input, a violation, or the close by the hub. A token would not do to break it off: input that is
    /// still unread when the peer ends sending is read all the same; an abort breaks the input and the queue.
    /// </summary>
    private async Task ReadAsync()
    {
        var (input, budget) = (_transport.Input, _services.Budget);
        // Bytes that detection looked at and found to be too few are given again at once only to a reader that does not want to wait.
        input.CancelPendingRead();
        while (!_isClosed)
        {
            if (InFlight >= _protocol.MaxInFlight || BytesInFlight >= budget.InputOfOne)
            {
                await UntilInFlightAsync(_protocol.MaxInFlight / 2, budget.InputOfOne / 2).ConfigureAwait(false);
                _protocol.ReadingResumed();
            }
            var reading = input.ReadAsync();
            var isWatched = !reading.IsCompleted && SetAlarm();
            var read = await reading.ConfigureAwait(false);
            if (isWatched)
                _alarm!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (read.IsCanceled && _isClosed)
            {
                input.AdvanceTo(read.Buffer.End);
                return;
            }
            var parsed = _protocol.Parse(new Received(
                read.Buffer, Math.Max(1, _protocol.MaxInFlight - InFlight), budget.InputOfOne - BytesInFlight, read.IsCanceled, read.IsCompleted));
            Hold(parsed.Held);
            Ask(parsed.Requests, read.Buffer.Slice(0, parsed.Consumed).Length);
            input.AdvanceTo(parsed.Consumed, parsed.IsCut ? parsed.Consumed : read.Buffer.End);
            if (parsed.Input is { } found)
                Submit(found);
            if (parsed.IsBroken)
                return;
            if (read.IsCompleted && !parsed.IsCut)
            {
                // A client that ends sending may still be reading: every request gets its reply (CP-TRA-005).
                await UntilInFlightAsync(0).ConfigureAwait(false);
                return;
            }
        }
    }

    /// <summary>Has the read that is under way return without input when the protocol is to look again.</summary>
    private bool SetAlarm()
    {
        if (_protocol.LooksAgainAfter is not { } after)
            return false;
        _alarm ??= _services.Time.CreateTimer(_ => _transport.Input.CancelPendingRead(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _alarm.Change(after, Timeout.InfiniteTimeSpan);
        return true;
    }

    /// <summary>Sets how many bytes are kept of a frame that has begun and not ended.</summary>
    private void Hold(long bytes)
    {
        if (bytes == _held)
            return;
        _services.Budget.Hold(bytes - _held);
        _held = bytes;
    }

    /// <summary>Hands an input to the hub.</summary>
    private void Submit(ClientInput input)
    {
        Inputs.Submitted();
        _services.Loop.Submit(input);
    }

    /// <summary>Counts requests as in flight.</summary>
    /// <param name="requests">How many requests.</param>
    /// <param name="bytes">How many bytes they take up together.</param>
    private void Ask(int requests, long bytes)
    {
        if (requests == 0)
            return;
        _services.Budget.Hold(bytes);
        Interlocked.Add(ref _bytesInFlight, bytes);
        Interlocked.Add(ref _inFlight, requests);
    }

    /// <summary>Waits until few enough requests are in flight. None is refused: reading stops, and TCP pushes back (CP-TRA-006).</summary>
    private async ValueTask UntilInFlightAsync(int atMost, long atMostBytes = long.MaxValue)
    {
        _resumeAt = atMost;
        _resumeAtBytes = atMostBytes;
        var resumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _heldBack = resumed;
        if ((InFlight > atMost || BytesInFlight > atMostBytes) && !_isClosed)
            await resumed.Task.ConfigureAwait(false);
        _heldBack = null;
    }

    private void Drained()
    {
        Release(_notTaken);
        _notTaken = 0;
        _services.Loop.Control(new HasDrained(this));
    }

    private void Release(int replies)
    {
        var before = InFlight;
        if (before > 0)
        {
            // Replies need not come in the order of the requests, so each gives back an equal part of the bytes.
            var bytes = BytesInFlight;
            var released = replies >= before ? bytes : bytes * replies / before;
            Interlocked.Add(ref _bytesInFlight, -released);
            _services.Budget.GiveBack(released);
        }
        if (Interlocked.Add(ref _inFlight, -replies) <= _resumeAt && BytesInFlight <= _resumeAtBytes)
            _heldBack?.TrySetResult();
    }

    private async Task EndAsync()
    {
        try
        {
            await Output.Finished.WaitAsync(LingeringClose, _services.Time).ConfigureAwait(false);
            await _transport.EndSendingAsync().AsTask().WaitAsync(LingeringClose, _services.Time).ConfigureAwait(false);
            await _transport.DrainAsync(Linger, _services.Time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or TimeoutException)
        {
            // The peer is gone already, or receives nothing.
        }
    }

    /// <summary>The address for admins; an IPv4 client of a dual-stack socket is shown by its IPv4 address.</summary>
    private static string? Describe(EndPoint? remote) =>
        remote is IPEndPoint ip ? new IPEndPoint(OriginResolver.Unmap(ip.Address), ip.Port).ToString() : remote?.ToString();

    /// <summary>The connection was made.</summary>
    private sealed record Connected(Connection Connection) : HubInput
    {
        public override void Apply(ChatHub hub)
        {
            var session = Connection.Inputs.Session = hub.Connect(Connection);
            Connection._services.Endpoints.Add(Connection.Address, session);
            ConnectionLog.Began(Connection._services.Logger, session.Id, Connection.Transport, Connection.Address);
            Connection._protocol.Begin();
        }
    }

    /// <summary>The send queue has room again.</summary>
    private sealed record HasDrained(Connection Connection) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.Drained(Connection.Inputs.Session!);
    }

    /// <summary>The end of the input; output that waits is still sent.</summary>
    private sealed record Ended(Connection Connection) : ClientInput(Connection.Inputs)
    {
        public override bool Apply(ChatHub hub, long until)
        {
            hub.Disconnect(From.Session!);
            ConnectionLog.Ended(Connection._services.Logger, From.Session!.Id);
            Connection._services.Endpoints.Remove(Connection.Address, From.Session!);
            Connection.Output.Close();
            Connection._isClosed = true;
            return true;
        }
    }
}
