namespace ChatProtocol.Client;

/// <summary>
/// A room as one <see cref="ChatClient"/> sees it. Each join makes a new one, and the one before stays as it was left; a
/// room that is joined stays the same when the connection is lost and made again. Thread-safe to read.
/// </summary>
public sealed class ChatRoom
{
    private ulong _head;
    private ulong _cursor;
    private ulong _epoch;
    private ulong _first;
    private ulong _oldest;
    private volatile bool _joined;
    private long _backlog;
    private Action? _whenDrained;

    internal ChatRoom(RoomIdentity identity, RoomInfo info, PresenceMode? joinedWith)
        : this(identity, info.Name, info.Epoch, info.First, info.Head, info.Cursor, info.Oldest, joinedWith)
    {
    }

    internal ChatRoom(RoomIdentity identity, PrivateRoom room)
        : this(identity, room.Name, room.Epoch, room.First, room.Cursor, room.Cursor, oldest: 1, PresenceMode.None)
    {
    }

    private ChatRoom(RoomIdentity identity, string name, ulong epoch, ulong first, ulong head, ulong cursor, ulong oldest, PresenceMode? joinedWith)
    {
        (Identity, Name, _epoch, _first, _oldest) = (identity, name, epoch, first, oldest);
        (_head, _cursor, _joined, Received, Presence) = (head, cursor, joinedWith is not null, cursor, joinedWith ?? PresenceMode.None);
    }

    /// <summary>The id that messages and posts name the room by. A server that was restored may give another.</summary>
    public ulong Id => Identity.Id;

    /// <summary>Who may see it.</summary>
    public RoomKind Kind => Identity.Kind;

    /// <summary>The room's name as the server shows it; of a private room the peer's, without a mark.</summary>
    public string Name { get; }

    /// <summary>The epoch that seqs are counted in: keep it beside a cursor that is kept. A server that was restored begins another.</summary>
    public ulong Epoch => Volatile.Read(ref _epoch);

    /// <summary>The first seq of the epoch.</summary>
    public ulong First => Volatile.Read(ref _first);

    /// <summary>The other principal of a private room; null for a public one.</summary>
    public ulong? Peer => Identity.Peer;

    /// <summary>The first seq that was kept when the room was opened or joined last: what is below it has expired.</summary>
    public ulong Oldest => Volatile.Read(ref _oldest);

    /// <summary>The last entry's seq as far as it is known, 0 for none: it grows with what is received and posted.</summary>
    public ulong Head => Volatile.Read(ref _head);

    /// <summary>The seq of the last message taken from <see cref="ChatClient.EventsAsync"/>, or of the last that was told missing: joining after it misses nothing.</summary>
    public ulong Cursor => Volatile.Read(ref _cursor);

    /// <summary>Whether the room delivers its messages to this client.</summary>
    public bool Joined => _joined;

    internal RoomIdentity Identity { get; }

    /// <summary>How much of the coming and going it was joined to hear.</summary>
    internal PresenceMode Presence { get; }

    /// <summary>The last seq that came in; only the reading loop touches it.</summary>
    internal ulong Received { get; private set; }

    /// <summary>False if the entry is not the next one, which the log's order forbids.</summary>
    internal bool TryReceive(ulong seq)
    {
        if (seq != Received + 1)
            return false;
        Pass(seq);
        return true;
    }

    /// <summary>Nothing up to this seq comes any more.</summary>
    internal void Pass(ulong seq)
    {
        Received = seq;
        SawHead(seq);
    }

    /// <summary>Bytes of its entries that wait to be taken.</summary>
    internal long Backlog => Interlocked.Read(ref _backlog);

    /// <summary>The place among the events of the last entry that came; guarded by their lock.</summary>
    internal long LastEntry { get; set; } = -1;

    /// <summary>What is to be told of the taking; null where the server gives no credit.</summary>
    internal RoomCredit? Credit { get; set; }

    internal void Keep(int bytes) => Interlocked.Add(ref _backlog, bytes);

    internal void Deliver(ulong seq, int bytes)
    {
        Volatile.Write(ref _cursor, seq);
        if (Interlocked.Add(ref _backlog, -bytes) == 0)
            Interlocked.Exchange(ref _whenDrained, null)?.Invoke();
    }

    /// <summary>Does something once nothing waits any more, which may be at once.</summary>
    internal void WhenDrained(Action resume)
    {
        Interlocked.Exchange(ref _whenDrained, resume);
        if (Backlog == 0)
            Interlocked.Exchange(ref _whenDrained, null)?.Invoke();
    }

    internal void SawHead(ulong seq)
    {
        var seen = Volatile.Read(ref _head);
        while (seq > seen)
        {
            var before = Interlocked.CompareExchange(ref _head, seq, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    internal void Left() => _joined = false;

    /// <summary>It delivers again, on another connection, from where it stood. False if something in between has expired.</summary>
    internal bool TryResume(RoomInfo info)
    {
        Volatile.Write(ref _epoch, info.Epoch);
        Volatile.Write(ref _first, info.First);
        Volatile.Write(ref _oldest, info.Oldest);
        SawHead(info.Head);
        var isWhole = info.Cursor == Received;
        Received = info.Cursor;
        return isWhole;
    }

    /// <summary>What came above this seq is void.</summary>
    internal void Rewind(ulong seq)
    {
        Received = seq;
        Volatile.Write(ref _head, seq);
    }

    /// <summary>The room's address: its name, with the mark before a private one's.</summary>
    public override string ToString() => Kind == RoomKind.Private ? Names.PrivateMark + Name : Name;
}
