namespace ChatProtocol.Tools;

/// <summary>A client that joins the room and checks that every entry is delivered once and in order.</summary>
internal sealed class Member(ClientSettings settings, int number, DeliveryCounter deliveries, int receiveBuffer = 0) : Client(settings, number)
{
    private ulong? _epoch;

    /// <summary>The seq of the last entry received.</summary>
    public ulong Cursor { get; private set; }

    /// <summary>The number of entries counted.</summary>
    public long Count { get; private set; }

    protected override int ReceiveBuffer => receiveBuffer;

    /// <summary>
    /// Sends a keep-alive ping for a member that does not read, so that the server does not close it as dead when nothing is
    /// queued for it.
    /// </summary>
    public void Ping()
    {
        Write(new Ping(0));
        Flush();
    }

    // A member that reconnects continues from its cursor.
    protected override Request Enter(ulong id, string room) =>
        new Join(id, room, PresenceMode.None, _epoch is null ? null : Cursor, _epoch);

    protected override void OnEntered(RoomInfo room)
    {
        if (_epoch is not null && room.Cursor != Cursor)
            deliveries.Came(Cursor, room.Cursor);
        (_epoch, Cursor) = (room.Epoch, room.Cursor);
    }

    protected override void OnMessage(ref FrameScan scan)
    {
        if (scan.UInt() != Room || Count == deliveries.Each)
            return;
        var seq = scan.UInt();
        if (seq != Cursor + 1)
            deliveries.Came(Cursor + 1, seq);
        Cursor = seq;
        Count++;
        scan.UInt(); // time
        var from = scan.UInt();
        scan.String(); // name
        deliveries.Take(from, scan.String(), Loop.ReadAt);
        if (Count == deliveries.Each)
            deliveries.Complete++;
    }
}
