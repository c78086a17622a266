namespace ChatProtocol.Client;

/// <summary>
/// The state of a room that a client has opened or joined: how far the room goes, how far the client has received and taken, and
/// how much waits in between. Thread-safe where nothing else is said.
/// </summary>
internal sealed class RoomState
{
    private readonly Lock _taken = new();
    private ulong _head;
    private ChatCursor _cursor;
    private ulong _epoch;
    private ulong _first;
    private ulong _oldest;
    private volatile bool _joined;
    private volatile RoomSettings _settings;

    // The settings were told as they are behind this entry; only the reading loop touches it.
    private ulong _settingsAt;
    private long _backlog;
    private Action? _whenDrained;

    public RoomState(RoomIdentity identity, RoomInfo info, PresenceMode? joinedWith)
    {
        (Identity, _epoch, _first, _oldest) = (identity, info.Epoch, info.First, info.Oldest);
        (_head, _cursor, Received) = (info.Head, ChatCursor.At(info.Cursor, info.Epoch), info.Cursor);
        (_joined, Presence) = (joinedWith is not null, joinedWith ?? PresenceMode.None);
        (_settings, _settingsAt) = (RoomSettings.Of(info), info.Head);
    }

    /// <summary>A private room that an inbox has joined.</summary>
    public RoomState(RoomIdentity identity, PrivateRoom room)
    {
        (Identity, _epoch, _first, _oldest) = (identity, room.Epoch, room.First, 1);
        (_head, _cursor, Received) = (room.Cursor, ChatCursor.At(room.Cursor, room.Epoch), room.Cursor);
        (_joined, Presence) = (true, PresenceMode.None);
        _settings = RoomSettings.None;
    }

    public RoomIdentity Identity { get; }

    /// <summary>What is unread.</summary>
    public UnreadState Unread { get; } = new();

    public ulong Id => Identity.Id;

    public ulong Epoch => Volatile.Read(ref _epoch);

    /// <summary>The first seq of the epoch.</summary>
    public ulong First => Volatile.Read(ref _first);

    /// <summary>The first seq that was kept when the room was last opened or joined.</summary>
    public ulong Oldest => Volatile.Read(ref _oldest);

    /// <summary>The seq of the last known entry, 0 for none.</summary>
    public ulong Head => Volatile.Read(ref _head);

    /// <summary>The place behind the last entry that the program has taken, or that was told missing.</summary>
    public ChatCursor Cursor
    {
        get
        {
            lock (_taken)
                return _cursor;
        }
    }

    public bool Joined => _joined;

    /// <summary>The settings of the room, and what the client is there.</summary>
    public RoomSettings Settings => _settings;

    /// <summary>The presence that it was joined with.</summary>
    public PresenceMode Presence { get; }

    /// <summary>The last seq received; only the reading loop touches it.</summary>
    public ulong Received { get; private set; }

    /// <summary>Bytes of its entries that wait to be taken.</summary>
    public long Backlog => Interlocked.Read(ref _backlog);

    /// <summary>The place of its last entry among the events; guarded by the events' lock.</summary>
    public long LastEntry { get; set; } = -1;

    /// <summary>The credit that counts the bytes taken; null where the server gives no credit.</summary>
    public ReceiveWindow? ReceiveWindow { get; set; }

    /// <summary>False if the entry is not the next one, which breaks the log's order.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="self">The client's own principal.</param>
    public bool TryReceive(Entry entry, ulong self)
    {
        if (entry.Seq != Received + 1)
            return false;
        Pass(entry.Seq);
        Unread.Received(entry, entry.From == self);
        if (entry.Seq > _settingsAt)
            _settings = _settings.After(entry, self);
        return true;
    }

    /// <summary>The server has told of the room as it is at this point of the stream.</summary>
    public void Told(RoomInfo info)
    {
        SawHead(info.Head);
        (_settings, _settingsAt) = (RoomSettings.Of(info), info.Head);
    }

    /// <summary>Entries up to this seq do not come any more.</summary>
    public void Pass(ulong seq)
    {
        Received = seq;
        SawHead(seq);
    }

    public void SawHead(ulong seq)
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

    /// <summary>An entry of so many bytes waits to be taken.</summary>
    public void Keep(int bytes) => Interlocked.Add(ref _backlog, bytes);

    /// <summary>The entry was taken, or those up to a place were told missing.</summary>
    public void Deliver(ChatCursor cursor, int bytes)
    {
        lock (_taken)
            _cursor = cursor;
        if (Interlocked.Add(ref _backlog, -bytes) == 0)
            Interlocked.Exchange(ref _whenDrained, null)?.Invoke();
    }

    /// <summary>Calls back once no entry waits any more, which may be at once.</summary>
    public void WhenDrained(Action resume)
    {
        Interlocked.Exchange(ref _whenDrained, resume);
        if (Backlog == 0)
            Interlocked.Exchange(ref _whenDrained, null)?.Invoke();
    }

    public void Left() => _joined = false;

    /// <summary>The room delivers again, on another connection, from its cursor. False if entries in between have expired.</summary>
    public bool TryResume(RoomInfo info)
    {
        Unread.Forget();
        Volatile.Write(ref _epoch, info.Epoch);
        Volatile.Write(ref _first, info.First);
        Volatile.Write(ref _oldest, info.Oldest);
        Told(info);
        var isWhole = info.Cursor == Received;
        Received = info.Cursor;
        return isWhole;
    }

    /// <summary>The entries above this seq are void.</summary>
    public void Rewind(ulong seq)
    {
        Unread.Forget();
        Received = seq;
        Volatile.Write(ref _head, seq);
    }
}
