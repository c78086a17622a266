namespace ChatProtocol.Client;

/// <summary>What is unread in a joined room: what the server has told, and the entries that came since. Thread-safe.</summary>
internal sealed class UnreadState
{
    /// <summary>The most entries that are remembered one by one; earlier ones count as told.</summary>
    private const int MaxRemembered = 1024;

    private readonly Lock _gate = new();

    // The entries above what was told that count, by ascending seq.
    private readonly List<ulong> _since = [];
    private ChatUnread? _told;
    private ulong _received;

    /// <summary>What is unread; null before the server has told it on this connection.</summary>
    public ChatUnread? Value
    {
        get
        {
            lock (_gate)
                return _told is null ? null : _told with { Count = _told.Count + (ulong)_since.Count, Head = Math.Max(_told.Head, _received) };
        }
    }

    /// <summary>The server has told it; an answer that was overtaken by a later one changes nothing.</summary>
    public void Told(ChatUnread told)
    {
        lock (_gate)
        {
            if (_told is not null && (told.Marker < _told.Marker || told.Marker == _told.Marker && told.Head < _told.Head))
                return;
            _told = told;
            _since.RemoveAll(seq => seq <= Math.Max(told.Head, told.Marker));
        }
    }

    /// <summary>An entry came.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isOwn">Whether the user has said it itself.</param>
    public void Received(Entry entry, bool isOwn)
    {
        lock (_gate)
        {
            _received = entry.Seq;
            if (_told is null || entry.Seq <= _told.Head)
                return;
            if (isOwn && _told.Marker > 0)
            {
                // CP-MRK-006
                _told = new ChatUnread { Marker = entry.Seq, Head = entry.Seq };
                _since.Clear();
            }
            else if (!isOwn && entry.ToMessage() is { IsErased: false })
                Add(entry.Seq);
        }
    }

    /// <summary>An entry was erased.</summary>
    public void Erased(ulong seq)
    {
        lock (_gate)
            if (_told is not null && seq > _told.Marker && !_since.Remove(seq) && seq <= _told.Head && _told is { IsExact: true, Count: > 0 })
                _told = _told with { Count = _told.Count - 1 };
    }

    /// <summary>Nothing is known any more, as another device may have read on meanwhile.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _told = null;
            _since.Clear();
        }
    }

    private void Add(ulong seq)
    {
        _since.Add(seq);
        if (_since.Count <= MaxRemembered)
            return;
        _told = _told! with { Count = _told.Count + 1, Head = _since[0] };
        _since.RemoveAt(0);
    }
}
