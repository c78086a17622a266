using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>
/// A connection: the server's end with the behaviour of the real one (a bounded outbox, reading that stops with too many
/// requests in flight), the bytes under way, and the client's end. Order is kept; any other fault may occur.
/// </summary>
internal sealed class Link : IPeer
{
    private readonly World _world;
    private readonly Queue<Frame> _up = new();
    private readonly Queue<OutputItem> _outbox = new();
    private readonly Queue<OutputItem> _wire = new();
    private long _wireBytes;
    private long _largest = 1024;
    private bool _wasFull;
    private int _inFlight;
    private int _notTaken;
    private bool _isClosing;
    private long _serverLearnsAt = long.MaxValue;
    private long _clientLearnsAt = long.MaxValue;

    public Link(World world, int number, Client client)
    {
        _world = world;
        Number = number;
        Restores = world.Ledger.Restores;
        Client = client;
        Conversation = new Conversation(world, this);
        Memberships = new Memberships(world, this);
        Address = client.Identity.Address is { } address ? $"{address}:{1024 + number}" : $"sim:{number}";
        Origin = new Origin(client.Identity.Address ?? "sim", IsNear: client.Identity.Address is null || world.Broken == BrokenVariant.FarTakenForNear);
    }

    public int Number { get; }

    /// <summary>The number of restores when the connection was made: its late frames are still about the log of that time.</summary>
    public int Restores { get; }

    public Client Client { get; }

    public Conversation Conversation { get; }

    public Memberships Memberships { get; }

    public Session? Session { get; private set; }

    /// <summary>The session's principal, from the server's answer to the login; 0 before.</summary>
    public ulong Principal { get; set; }

    /// <summary>The login that it was let in by; null before, and for one who has nothing to do with accounts.</summary>
    public AccountLogin? Login { get; set; }

    /// <summary>The time until which nothing moves in either direction.</summary>
    public long BlockedUntil { get; set; }

    public bool IsServerDone { get; private set; }

    public bool IsClientDone { get; private set; }

    /// <summary>Whether the connection is broken: nothing new gets through.</summary>
    public bool IsBroken { get; private set; }

    public bool IsEmpty => _up.Count + _outbox.Count + _wire.Count == 0;

    public string Address { get; }

    public Origin Origin { get; }

    /// <summary>Whether the server has sent its last frame.</summary>
    public bool IsClosing => _isClosing;

    public string Transport => Client.IsOperator ? "admin" : "tcp";

    public bool IsAdmin => Client.IsOperator;

    public bool IsConfidential => true;

    public long Queued { get; private set; }

    public long Sent { get; private set; }

    public bool IsHeldBack { get; private set; }

    private bool IsBlocked => _world.Clock.Elapsed < BlockedUntil;

    public void Send(Frame frame)
    {
        if (_world.Broken == BrokenVariant.ExpelledNeverTold && frame is Expelled)
            return;
        var bytes = _world.Encoder.Measure(frame);
        _world.Trace.Note(Happening.Sends, (ulong)Number, (ulong)frame.Code, (ulong)bytes);
        Memberships.Send(frame);
        var isReply = Conversation.Check(frame);
        if (_world.Dice.Chance(_world.Swarm.CodecRate))
            frame = _world.Encoder.ThroughTheCodec(frame, Direction.ToClient);
        Add(new OutputItem(frame, null, 0, 0, bytes));
        if (!isReply)
            return;
        // A reply that finds the queue full counts as in flight until it has drained.
        if (HasRoom())
            Release(1);
        else
            _notTaken++;
    }

    public bool HasRoom()
    {
        _wasFull |= Queued >= _world.Swarm.OutboxBytes;
        return !_wasFull || _world.Broken == BrokenVariant.NoBackpressure;
    }

    public void Send(Segment segment, int index, int count)
    {
        _world.Trace.Note(Happening.SendsEntries, (ulong)Number, segment.Room, segment.First + (ulong)index);
        _world.Ledger.RoomOf(segment.Room).Tell(this, segment, index, count);
        Memberships.Send(segment, index, count);
        _world.Deliveries += count;
        Add(new OutputItem(null, segment, index, count, segment.Slice(index, count).Length));
    }

    public void Close(Frame? last)
    {
        if (_world.Broken == BrokenVariant.SignOutIgnored && last is Bye bye && bye.Why == ByeCode.SignedOut)
            return;
        if (last is not null)
            Send(last);
        _world.Trace.Note(Happening.Closes, (ulong)Number);
        _isClosing = true;
        _up.Clear();
    }

    /// <summary>
    /// Whether a ban of a subject, a key or an address, applies to the session; a near client is not banned by address
    /// (CP-BAN-008).
    /// </summary>
    public bool IsSubject(string subject) => Session is not null && (Client.Identity.Address == subject || Client.Identity.Subject == subject && Principal != 0 && !IsAdmin);

    /// <summary>Sends a frame of the client.</summary>
    public void Say(Frame frame)
    {
        if (!IsBroken && !IsServerDone)
            _up.Enqueue(frame);
    }

    /// <summary>Passes the arrived frames to the hub.</summary>
    public void ServeServer(ChatHub hub)
    {
        if (IsServerDone || IsBlocked)
            return;
        if (Session is null)
        {
            _world.Trace.Note(Happening.Connected, (ulong)Number);
            Session = hub.Connect(this);
        }
        if (!_isClosing && !_world.IsHealing && !_world.Dice.Chance(_world.Swarm.Pace))
            return;
        for (var burst = 1 + _world.Dice.Skewed(2 * _world.Swarm.Burst); burst > 0 && !_isClosing && !IsHeldBack && _up.TryDequeue(out var frame); burst--)
            Receive(hub, frame);
        if (_isClosing || IsBroken && _up.Count == 0 && _world.Clock.Elapsed >= _serverLearnsAt)
        {
            if (_isClosing && _outbox.Count > 0 && !IsBroken)
                return;
            _world.Trace.Note(Happening.Disconnected, (ulong)Number);
            hub.Disconnect(Session);
            IsServerDone = true;
        }
    }

    /// <summary>Ends a turn at the server's side: the socket accepts as much as it has room for.</summary>
    public void Flush(ChatHub hub)
    {
        if (IsBroken && _world.Clock.Elapsed >= _serverLearnsAt)
        {
            _outbox.Clear();
            Queued = 0;
        }
        while (!IsBroken && !IsBlocked && _wireBytes < _world.Swarm.WireBytes && _outbox.TryDequeue(out var item))
        {
            _wire.Enqueue(item);
            _wireBytes += item.Bytes;
            Queued -= item.Bytes;
            Sent += item.Bytes;
        }
        if (!_wasFull || Queued >= _world.Swarm.OutboxBytes / 2 || Session is null)
            return;
        _wasFull = false;
        Release(_notTaken);
        _notTaken = 0;
        if (_world.Broken == BrokenVariant.DrainedNeverTold && _world.Dice.Chance(0.1))
            return;
        _world.Trace.Note(Happening.Drained, (ulong)Number);
        hub.Drained(Session);
    }

    /// <summary>Lets the client read some of the arrived frames.</summary>
    public void ServeClient()
    {
        if (IsClientDone || IsBlocked || !_world.IsHealing && !_world.Dice.Chance(Client.ReadingRate))
            return;
        if (_world.Broken == BrokenVariant.FramesReordered && _wire.Count > 1 && _world.Dice.Chance(0.01))
            _wire.Enqueue(_wire.Dequeue());
        for (var burst = 4 + _world.Dice.Skewed(16); burst > 0 && !IsClientDone && _wire.TryDequeue(out var item); burst--)
        {
            _wireBytes -= item.Bytes;
            Client.Receive(this, item);
        }
        if (_wire.Count == 0 && (IsBroken && _world.Clock.Elapsed >= _clientLearnsAt || IsServerDone && (_outbox.Count == 0 || IsBroken)))
            EndClient();
    }

    /// <summary>Breaks the connection somewhere in the bytes under way; each side notices at its own time.</summary>
    public void Break(long serverLearnsIn, long clientLearnsIn)
    {
        if (IsBroken)
            return;
        IsBroken = true;
        _serverLearnsAt = _world.Clock.Elapsed + serverLearnsIn;
        _clientLearnsAt = _world.Clock.Elapsed + clientLearnsIn;
        for (var lost = _world.Dice.Below(_up.Count + 1); lost > 0; lost--)
            RemoveLast(_up);
        CutWire();
    }

    /// <summary>The client closes its end, and reads no further frames.</summary>
    public void Leave(long serverLearnsIn)
    {
        Break(serverLearnsIn, 0);
        EndClient();
    }

    /// <summary>The server's process ends; the output not passed to the socket is lost.</summary>
    public void ServerDied()
    {
        IsServerDone = true;
        _outbox.Clear();
        _up.Clear();
        Queued = 0;
        Break(0, _world.Dice.Chance(0.5) ? 0 : _world.Dice.Skewed(2000));
    }

    /// <summary>Lets both sides notice a break now.</summary>
    public void Heal()
    {
        BlockedUntil = 0;
        if (!IsBroken)
            return;
        _serverLearnsAt = 0;
        _clientLearnsAt = 0;
    }

    public override string ToString() =>
        $"connection {Number} ({_up.Count} up, {_outbox.Count} queued, {_wire.Count} down, {_inFlight} in flight{(IsHeldBack ? ", held back" : "")}{(Conversation.IsOpen ? ", not answered" : "")})";

    private void Receive(ChatHub hub, Frame frame)
    {
        if (_world.Dice.Chance(_world.Swarm.CodecRate))
            frame = _world.Encoder.ThroughTheCodec(frame, Direction.ToServer);
        var id = (frame as Request)?.Id ?? 0;
        _world.Trace.Note(Happening.Received, (ulong)Number, (ulong)frame.Code, id);
        if (frame is Request request && frame is not Pong)
        {
            _inFlight++;
            IsHeldBack = _inFlight >= _world.Swarm.InFlight;
            Conversation.Came(request);
        }
        if (frame is Taken taken)
        {
            Memberships.Take(taken);
            if (_world.Broken == BrokenVariant.TakenNeverTold)
                return;
        }
        if (frame is Login { Window: { } window } login && _world.Broken == BrokenVariant.WindowWidened)
            frame = login with { Window = 8 * window };
        hub.Receive(Session!, frame);
    }

    private void Release(int replies)
    {
        _inFlight -= replies;
        if (_inFlight <= _world.Swarm.InFlight / 2)
            IsHeldBack = false;
    }

    private void Add(OutputItem item)
    {
        if (_isClosing)
            throw new Violation(Checker.Protocol, $"something is sent on connection {Number} behind the last frame");
        if (IsServerDone)
            return;
        _outbox.Enqueue(item);
        Queued += item.Bytes;
        _largest = Math.Max(_largest, item.Bytes);
        // A page and a segment may be appended to a queue that is almost full, and each request in flight may have a reply.
        var bound = _world.Swarm.OutboxBytes + 2 * _largest + Segment.MaxBytes + 256 * _world.Swarm.InFlight;
        if (Queued > bound)
            throw new Violation(Checker.Memory, $"{Queued} bytes wait on connection {Number}, whose outbox takes {_world.Swarm.OutboxBytes}");
    }

    private void EndClient()
    {
        IsClientDone = true;
        _wire.Clear();
        Client.Lost(this);
    }

    private void CutWire()
    {
        var kept = _world.Dice.Below(_wire.Count + 1);
        for (var lost = _wire.Count - kept; lost > 1; lost--)
            RemoveLast(_wire);
        if (_wire.Count == kept)
            return;
        var last = _wire.Last();
        RemoveLast(_wire);
        // The break is in the middle of the last piece; the whole entries before it have arrived.
        if (last.Count > 1)
            _wire.Enqueue(last.Cut(_world.Dice.Between(1, last.Count - 1)));
    }

    private static void RemoveLast<T>(Queue<T> queue)
    {
        for (var i = queue.Count; i > 1; i--)
            queue.Enqueue(queue.Dequeue());
        queue.Dequeue();
    }
}
