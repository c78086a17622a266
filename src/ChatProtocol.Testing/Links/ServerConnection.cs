using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>
/// The server's end of a client's connection: decodes what comes, as many requests as may be in flight, and queues what goes. Belongs to the
/// thread that has the server's turn.
/// </summary>
internal sealed class ServerConnection(ConnectionKind kind, Link link, Limits limits) : IPeer
{
    /// <summary>Bytes that may wait behind the link until the client is behind, as on the real server.</summary>
    private const int QueueLimit = 128 * 1024;

    /// <summary>The ids of the probes, which are higher than any of the hub's pings.</summary>
    private const ulong FirstProbe = Limits.MaxInteger / 2;

    private readonly FrameReader _reader = new(Direction.ToServer);
    private readonly Queue<ReadOnlyMemory<byte>> _queue = new();
    private readonly FrameBuffer _encoder = new();
    private TaskCompletionSource? _probe;
    private ulong _probes = FirstProbe;
    private Session? _session;
    private int _headSent;
    private int _inFlight;
    private int _notTaken;
    private bool _wasFull;
    private bool _isCut;
    private bool _isClosing;

    public string Address => kind.Address;

    public Origin Origin => kind.Origin;

    public string Transport => kind.Transport;

    public bool IsAdmin => kind.IsAdmin;

    // The SDK sends no secret that it may not send; whoever dials here is in the same process.
    public bool IsConfidential => true;

    public bool LetsGuestsIn => kind.LetsGuestsIn;

    public long Queued { get; private set; }

    public long Sent { get; private set; }

    public bool IsHeldBack { get; private set; }

    public bool HasUnread => _isCut;

    /// <summary>Whether there is more to give to the hub than what it was given.</summary>
    public bool HasMore => _isCut && !IsHeldBack && !IsPartitioned && !IsOver;

    /// <summary>Whether nothing moves in either direction, though the connection is open.</summary>
    public bool IsPartitioned { get; set; }

    /// <summary>Whether it is over and may be forgotten.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The connection was made.</summary>
    public void Begin(ChatHub hub) => _session = hub.Connect(this);

    /// <summary>Gives the hub what has come, as far as requests may be in flight.</summary>
    public void Receive(ChatHub hub)
    {
        if (IsOver || IsPartitioned || IsHeldBack)
            return;
        _isCut = false;
        // Looked at before the bytes, so that none comes behind them.
        var isLast = link.IsClientClosed;
        var hasRead = link.TryRead(out var bytes);
        if (hasRead && _isClosing)
            link.AdvanceTo(bytes.End, bytes.End);
        else if (hasRead)
            Parse(hub, bytes);
        if (isLast && !_isCut)
            End(hub);
    }

    /// <summary>Puts on the way what the link takes.</summary>
    public void Flush(ChatHub hub)
    {
        while (_queue.TryPeek(out var head) && link.Room is > 0 and var room)
        {
            var piece = head[_headSent..];
            piece = piece[..Math.Min(piece.Length, room)];
            link.Write(piece.Span);
            Sent += piece.Length;
            Queued -= piece.Length;
            _headSent += piece.Length;
            if (_headSent < head.Length)
                continue;
            _queue.Dequeue();
            _headSent = 0;
        }
        if (!IsPartitioned && !IsOver)
            link.Deliver();
        if (_isClosing && _queue.Count == 0 && !IsPartitioned && !IsOver)
            End(hub);
        Drain(hub);
    }

    /// <summary>
    /// Asks the client for a sign of life that the hub knows nothing of: once it comes, the client has taken all that was sent before. Null
    /// if it is not known whether anybody reads.
    /// </summary>
    public Task? Probe()
    {
        if (IsOver || _isClosing || IsPartitioned || Queued > 0)
            return null;
        _probe ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Queue(new Ping(++_probes));
        return _probe.Task;
    }

    /// <summary>The connection breaks.</summary>
    /// <param name="hub">The hub, which is told; null if it is gone.</param>
    public void Break(ChatHub? hub)
    {
        if (IsOver)
            return;
        link.Break();
        Forget(hub);
    }

    public void Send(Frame frame)
    {
        if (_isClosing)
            return;
        if (frame is LoggedIn)
            _reader.MaxFrame = limits.Frame;
        Queue(frame);
        if (frame is Reply or Error { Id: not null })
            Replied();
    }

    public void Send(Segment segment, int index, int count) => Queue(segment.Slice(index, count));

    public bool HasRoom()
    {
        _wasFull |= Queued >= QueueLimit;
        return !_wasFull;
    }

    public void Close(Frame? last)
    {
        if (last is not null)
            Send(last);
        _isClosing = true;
        IsHeldBack = false;
    }

    private void Parse(ChatHub hub, ReadOnlySequence<byte> bytes)
    {
        var input = bytes;
        ProtocolViolation? violation = null;
        try
        {
            while (!Full() && _reader.TryRead(ref input, out var frame))
                Receive(hub, frame!);
        }
        catch (ProtocolViolation e)
        {
            violation = e;
        }
        _isCut = IsHeldBack = Full() && !_isClosing;
        link.AdvanceTo(input.Start, _isCut ? input.Start : bytes.End);
        if (violation is not null)
            hub.Violate(_session!, violation);
    }

    private void Receive(ChatHub hub, Frame frame)
    {
        if (frame is Pong { Id: > FirstProbe } pong)
        {
            if (pong.Id == _probes)
                Interlocked.Exchange(ref _probe, null)?.SetResult();
            return;
        }
        _inFlight += frame is Request or UnknownFrame ? 1 : 0;
        hub.Receive(_session!, frame);
    }

    private bool Full() => _inFlight >= limits.InFlight;

    /// <summary>A request has its reply; while the client takes nothing it counts on, or it could fill the memory by asking alone.</summary>
    private void Replied()
    {
        if (HasRoom())
            Release(1);
        else
            _notTaken++;
    }

    private void Release(int replies)
    {
        _inFlight = Math.Max(0, _inFlight - replies);
        IsHeldBack &= _inFlight > limits.InFlight / 2;
    }

    private void Drain(ChatHub hub)
    {
        if (!_wasFull || Queued >= QueueLimit / 2)
            return;
        _wasFull = false;
        Release(_notTaken);
        _notTaken = 0;
        if (!IsOver)
            hub.Drained(_session!);
    }

    private void Queue(Frame frame)
    {
        _encoder.Clear();
        _encoder.Write(frame);
        Queue(_encoder.ToArray());
    }

    private void Queue(ReadOnlyMemory<byte> bytes)
    {
        if (_isClosing || IsOver)
            return;
        _queue.Enqueue(bytes);
        Queued += bytes.Length;
    }

    private void End(ChatHub hub)
    {
        link.Close();
        Forget(hub);
    }

    private void Forget(ChatHub? hub)
    {
        IsOver = true;
        _queue.Clear();
        Queued = 0;
        hub?.Disconnect(_session!);
        Interlocked.Exchange(ref _probe, null)?.SetResult();
    }
}
