using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// One client's connection, whatever it speaks. Its read task hands what it finds to the hub, no more than may be in flight;
/// everything else belongs to the hub's thread.
/// </summary>
internal abstract class Connection : IPeer
{
    /// <summary>Without it the kernel takes megabytes for a reader that has stopped.</summary>
    private const int SendBuffer = 64 * 1024;

    /// <summary>How long a closed connection may take to take what it was sent.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    /// <summary>How long a closed connection's input is read and thrown away, so that a reset does not overtake our last word.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private int _inFlight;
    private long _bytesInFlight;
    private int _resumeAt;
    private long _resumeAtBytes;
    private int _notTaken;
    private int _submitted;
    private volatile TaskCompletionSource? _heldBack;
    private volatile bool _isClosed;
    private WaitingInputs _waiting;

    protected Connection(Accepted accepted, string transport, ServerParts parts)
    {
        Input = accepted.Input;
        Socket = accepted.Socket;
        Socket.SendBufferSize = SendBuffer;
        // The outbox tries at once and waits only when the kernel has no room; receiving stays as it was.
        Socket.Blocking = false;
        Parts = parts;
        Transport = transport;
        Address = Describe(accepted.Remote) is { Length: > 0 } address ? address : transport;
        Origin = accepted.Origin;
        Place = accepted.Place;
        Outbox = new Outbox(Socket, parts.Loop, parts.Budget, parts.Time) { Limit = parts.QueueBytes, WhenDrained = Drained };
    }

    /// <summary>Set by the hub's thread before the first input is handed over.</summary>
    public Session? Session { get; private set; }

    /// <summary>What it has sent and waits for its turn. Hub's thread only.</summary>
    public ref WaitingInputs Waiting => ref _waiting;

    public string Address { get; }

    public Origin Origin { get; }

    public string Transport { get; }

    public bool IsOnTrial => Place is { IsOnTrial: true };

    public virtual bool IsAdmin => false;

    public virtual bool IsLegacy => false;

    public long Queued => Outbox.Queued;

    public long Sent => Outbox.SentBytes;

    public bool IsHeldBack => _heldBack is not null;

    public bool HasUnread => Volatile.Read(ref _submitted) > 0 || Accepted.HasUnreadIn(Socket);

    protected PipeReader Input { get; }

    protected Socket Socket { get; }

    protected ServerParts Parts { get; }

    /// <summary>Null if it is not counted.</summary>
    protected Place? Place { get; }

    protected Outbox Outbox { get; }

    protected bool IsClosed => _isClosed;

    protected int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Of the requests in flight, about.</summary>
    protected long BytesInFlight => Volatile.Read(ref _bytesInFlight);

    /// <summary>Serves the connection until it ends, from either side.</summary>
    public async Task RunAsync()
    {
        Parts.Loop.Control(new HubInput.Connected(this));
        try
        {
            await ReadAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Reset by the peer, or cut off at the end of the grace time.
        }
        finally
        {
            Submit(new ClientInput.Ended(this));
        }
        await EndAsync().ConfigureAwait(false);
        // What is not answered any more is held no longer.
        Parts.Budget.GiveBack(Interlocked.Exchange(ref _bytesInFlight, 0));
    }

    /// <summary>The hub's thread lets it in.</summary>
    public virtual void Enter(ChatHub hub) => Session = hub.Connect(this);

    public abstract void Send(Frame frame);

    public abstract void Send(Segment segment, int index, int count);

    /// <summary>Nothing more comes from the other side; what it was sent still goes out.</summary>
    public void InputEnded()
    {
        Outbox.Close();
        _isClosed = true;
    }

    public bool HasRoom() => Outbox.HasRoom();

    public void Close(Frame? last)
    {
        if (last is not null)
            Send(last);
        Outbox.Close();
        _isClosed = true;
        _heldBack?.TrySetResult();
        Input.CancelPendingRead();
    }

    /// <summary>
    /// Ends with the input, with a violation, or when the hub closes. The transport's token would not do to break it off:
    /// it fires as soon as the peer ends sending, whatever is still unread; an abort breaks the input and the outbox.
    /// </summary>
    protected abstract Task ReadAsync();

    /// <summary>Hands what was read to the hub.</summary>
    protected void Submit(ClientInput input)
    {
        Interlocked.Increment(ref _submitted);
        Parts.Loop.Submit(input);
    }

    /// <summary>The hub has got what was handed to it. Hub's thread only.</summary>
    public void Taken() => Interlocked.Decrement(ref _submitted);

    /// <summary>So many more requests wait for their replies.</summary>
    /// <param name="requests">How many.</param>
    /// <param name="bytes">What they take up, together.</param>
    protected void Asked(int requests, long bytes)
    {
        if (requests == 0)
            return;
        Parts.Budget.Hold(bytes);
        Interlocked.Add(ref _bytesInFlight, bytes);
        Interlocked.Add(ref _inFlight, requests);
    }

    /// <summary>A reply that finds the queue full counts as in flight until it has drained, or asking without reading would fill our memory.</summary>
    protected void Replied()
    {
        if (Outbox.HasRoom())
            Release(1);
        else
            _notTaken++;
    }

    /// <summary>With too many requests unanswered nothing is refused: reading stops, and TCP pushes back (CP-TRA-006).</summary>
    protected async ValueTask UntilInFlightAsync(int atMost, long atMostBytes = long.MaxValue)
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
        Parts.Loop.Control(new HubInput.Drained(this));
    }

    private void Release(int replies)
    {
        var before = InFlight;
        if (before > 0)
        {
            // Replies need not come in the order of the requests: each takes its part of all.
            var bytes = BytesInFlight;
            var released = replies >= before ? bytes : bytes * replies / before;
            Interlocked.Add(ref _bytesInFlight, -released);
            Parts.Budget.GiveBack(released);
        }
        if (Interlocked.Add(ref _inFlight, -replies) <= _resumeAt && BytesInFlight <= _resumeAtBytes)
            _heldBack?.TrySetResult();
    }

    private async Task EndAsync()
    {
        try
        {
            await Outbox.Finished.WaitAsync(Farewell, Parts.Time).ConfigureAwait(false);
            Socket.Shutdown(SocketShutdown.Send);
            await Sniffing.DrainAsync(Input, Linger, Parts.Time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or TimeoutException)
        {
            // The peer is gone already, or takes nothing.
        }
    }

    /// <summary>An IPv4 client of a socket for both is shown as what it is.</summary>
    private static string? Describe(EndPoint? remote) =>
        remote is IPEndPoint ip ? new IPEndPoint(Origins.Unmap(ip.Address), ip.Port).ToString() : remote?.ToString();
}
