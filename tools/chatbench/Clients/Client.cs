namespace ChatProtocol.Tools;

/// <summary>A client with a name of its own that logs in and enters the room of the measurement.</summary>
internal abstract class Client(ClientSettings settings, int number) : ProtocolConnection(settings.Loop, settings.Address)
{
    private const ulong Asking = 1;

    private long _startedAt;

    /// <summary>Called with the ticks from the first try to connect to the room's answer.</summary>
    public Action<long>? WhenReady { get; set; }

    public ulong Principal { get; private set; }

    protected ulong Room { get; private set; }

    /// <summary>The publisher id that makes its posts idempotent; null for a client that does not post.</summary>
    protected virtual ReadOnlyMemory<byte>? Publisher => null;

    /// <summary>The size of the socket's receive buffer in bytes; 0 for the kernel's choice.</summary>
    protected virtual int ReceiveBuffer => 0;

    /// <summary>Starts to connect, or retries it; false if the server's queue is full for now.</summary>
    public bool TryStart()
    {
        // The time counts from the first try, since waiting for the server is part of it.
        if (_startedAt == 0)
            _startedAt = EventLoop.Now;
        return Connect(Server, ReceiveBuffer);
    }

    protected abstract Request Enter(ulong id, string room);

    protected virtual void OnEntered(RoomInfo room)
    {
    }

    protected virtual void OnMessage(ref FrameScan scan)
    {
    }

    protected virtual void OnPosted()
    {
    }

    protected override void OnWelcome(Welcome welcome) =>
        Write(new Login(Asking, settings.NameOf(number), CredentialKind.GuestKey, settings.Key, Publisher, Inbox: false));

    protected override void OnReply(ref FrameScan scan, ReadOnlySpan<byte> payload)
    {
        if (scan.Code == Message.FrameCode)
        {
            OnMessage(ref scan);
        }
        else if (scan.Code == Posted.FrameCode)
        {
            OnPosted();
        }
        else if (scan.Code == LoggedIn.FrameCode)
        {
            Principal = Decode<LoggedIn>(payload).Principal;
            Write(Enter(Asking, settings.Room));
        }
        else if (scan.Code == RoomInfo.FrameCode)
        {
            BeReady(Decode<RoomInfo>(payload));
        }
    }

    private void BeReady(RoomInfo room)
    {
        Room = room.Room;
        OnEntered(room);
        WhenReady?.Invoke(Loop.ReadAt - _startedAt);
        _startedAt = 0;
    }
}
