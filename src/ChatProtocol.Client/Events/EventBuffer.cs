using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>
/// The events between the reading loop and the program that takes them. It accepts every event and never makes the loop wait, so that
/// answers get through: a room's window bounds its waiting entries, and <see cref="CoalescedEvents"/> all other events. The events of a room
/// have a queue of their own once somebody reads that room alone. Thread-safe.
/// </summary>
internal sealed class EventBuffer
{
    private readonly Lock _gate = new();
    private readonly Action<ChatEvent>? _observe;
    private readonly EventQueue _shared;

    // As long as somebody has the room, its events are kept.
    private readonly ConditionalWeakTable<RoomState, EventQueue> _ofRooms = [];
    private bool _hasOwn;
    private long _order;
    private SessionEnded? _last;

    /// <param name="observe">Told of each event that is no entry, in the loop that adds it; null for nobody.</param>
    public EventBuffer(Action<ChatEvent>? observe = null)
    {
        _observe = observe;
        _shared = new EventQueue(_gate);
    }

    /// <summary>The frames of a session that an admin traces, which are no events of its own.</summary>
    public TraceBuffer Traces { get; } = new();

    public void Add(ChatEvent happened)
    {
        if (happened is ConnectionLost lost)
            Traces.End(lost.Error);
        lock (_gate)
            QueueOf((happened as ChatRoomEvent)?.Room.State).Add(_order++, happened);
        Tell(happened);
    }

    /// <summary>Adds an entry of a room; so many of the room's bytes wait from now on.</summary>
    public void Add(RoomState room, ulong seq, ChatEvent entry, int bytes)
    {
        room.Keep(bytes);
        lock (_gate)
        {
            room.LastEntry = _order;
            QueueOf(room).Add(new WaitingEntry(_order++, room, ChatCursor.At(seq, room.Epoch), entry, room.ReceiveWindow, bytes));
        }
    }

    /// <summary>Texts of a room that wait to be taken are gone by now, and nobody gets them any more (CP-AMD-009).</summary>
    /// <param name="room">The room.</param>
    /// <param name="last">No entry behind this one is meant.</param>
    /// <param name="isGone">Whether the text of an entry is meant.</param>
    public void DropTexts(RoomState room, ulong last, Func<ChatEntry, bool> isGone)
    {
        if (last <= room.Cursor.Seq)
            return;
        lock (_gate)
            QueueOf(room).Replace(room, waiting => waiting switch
            {
                MessageReceived { Message: var message } said when isGone(message) => new MessageReceived(said.Room, message.WithoutText()),
                EditReceived { Edit: var edit } edited when isGone(edit) => new EditReceived(edited.Room, edit with { Text = default }),
                _ => waiting,
            });
    }

    /// <summary>The room has no more events.</summary>
    public void Complete(RoomState room)
    {
        lock (_gate)
            if (_ofRooms.TryGetValue(room, out var own))
                own.Complete();
    }

    /// <summary>Adds the last event to every queue; nothing may follow.</summary>
    public void Complete(SessionEnded last)
    {
        Traces.End(last.Error);
        lock (_gate)
        {
            _last = last;
            End(_shared);
            foreach (var (_, own) in _ofRooms)
                End(own);
        }
        Tell(last);
    }

    /// <summary>The events that have no queue of their own.</summary>
    public IAsyncEnumerable<ChatEvent> ReadAllAsync(CancellationToken cancellationToken) => _shared.ReadAllAsync(cancellationToken);

    /// <summary>The events of a room, which have a queue of their own from now on.</summary>
    public IAsyncEnumerable<ChatEvent> ReadAsync(RoomState room, CancellationToken cancellationToken) => Separate(room).ReadAllAsync(cancellationToken);

    /// <summary>Gives the room a queue of its own, with those of its events that wait, unless it has one.</summary>
    public EventQueue Separate(RoomState room)
    {
        lock (_gate)
        {
            if (_ofRooms.TryGetValue(room, out var own))
                return own;
            _hasOwn = true;
            _ofRooms.Add(room, own = new EventQueue(_gate));
            _shared.MoveTo(own, room);
            if (_last is not null)
                End(own);
            else if (!room.Joined)
                own.Complete();
            return own;
        }
    }

    private void End(EventQueue queue)
    {
        if (!queue.IsComplete)
            queue.Add(_order++, _last!);
        queue.Complete();
    }

    private EventQueue QueueOf(RoomState? room) =>
        _hasOwn && room is not null && _ofRooms.TryGetValue(room, out var own) ? own : _shared;

    private void Tell(ChatEvent happened)
    {
        try
        {
            _observe?.Invoke(happened);
        }
        catch (Exception)
        {
            // A fault of an observer is not one of the connection.
        }
    }
}
