using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>
/// Marks as read what was shown, for the user's other devices. One mark of a room is under way at a time; what is shown meanwhile is marked with the next.
/// </summary>
internal sealed class ShownMarks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ChatRoom, ulong> _shown = [];
    private readonly HashSet<ChatRoom> _underWay = [];

    /// <summary>An entry is on the screen, and so are those before it that are new.</summary>
    public void Shown(ChatRoom room, ulong seq)
    {
        lock (_gate)
        {
            if (seq <= _shown.GetValueOrDefault(room))
                return;
            _shown[room] = seq;
            if (!_underWay.Add(room))
                return;
        }
        _ = MarkAsync(room);
    }

    /// <summary>Never throws: a server that knows no markers, or is away, is tried again with what is shown next.</summary>
    private async Task MarkAsync(ChatRoom room)
    {
        try
        {
            for (var marked = 0ul; Next(room, marked) is { } seq; marked = seq)
                await room.MarkReadAsync(seq);
        }
        catch (Exception e) when (e is ChatException or ObjectDisposedException)
        {
            lock (_gate)
                _underWay.Remove(room);
        }
    }

    private ulong? Next(ChatRoom room, ulong marked)
    {
        lock (_gate)
        {
            var shown = _shown[room];
            if (shown > marked)
                return shown;
            _underWay.Remove(room);
            return null;
        }
    }
}

/// <summary>The line before the first entry that the user has not read, to be shown once.</summary>
/// <param name="marker">The last entry that was read; 0 where nothing says what is new.</param>
internal sealed class NewLine(ulong marker)
{
    private bool _isShown = marker == 0;

    /// <summary>Whether the line comes before an entry.</summary>
    public bool ComesBefore(ulong seq)
    {
        if (_isShown || seq <= marker)
            return false;
        return _isShown = true;
    }
}
