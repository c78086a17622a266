namespace ChatProtocol.Tools;

/// <summary>Somebody of a name, who logs in and enters the room of the measurement.</summary>
internal abstract class Client(Bench bench, int number) : Conversation(bench.Loop, bench.Address)
{
    private const ulong Asking = 1;

    private long _startedAt;

    /// <summary>Called with what it took, from the first try to connect to the room's answer.</summary>
    public Action<long>? WhenReady { get; set; }

    public ulong Principal { get; private set; }

    protected ulong Room { get; private set; }

    /// <summary>What makes its posts the only ones of their kind; null for who does not post.</summary>
    protected virtual ReadOnlyMemory<byte>? Publisher => null;

    /// <summary>Bytes that the kernel may hold for it; 0 for as many as it likes.</summary>
    protected virtual int ReceiveBuffer => 0;

    /// <summary>Begins, or tries again to begin, to connect; false if the server has no room just now.</summary>
    public bool TryStart()
    {
        // What it takes counts from the first try: waiting for the server is part of it.
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
        Write(new Login(Asking, bench.NameOf(number), CredentialKind.GuestKey, bench.Key, Publisher, Inbox: false));

    protected override void OnReply(ref FrameScan scan, ReadOnlySpan<byte> payload)
    {
        switch (scan.Code)
        {
            case FrameCode.Message:
                OnMessage(ref scan);
                break;
            case FrameCode.Posted:
                OnPosted();
                break;
            case FrameCode.LoggedIn:
                Principal = Decode<LoggedIn>(payload).Principal;
                Write(Enter(Asking, bench.Room));
                break;
            case FrameCode.RoomInfo:
                BeReady(Decode<RoomInfo>(payload));
                break;
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
