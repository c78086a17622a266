namespace ChatProtocol.Hub;

/// <summary>
/// Gathers the reactions to a message of a room with many members for a quarter of a second, so that a thousand who react at once are
/// told in a few entries (CP-AMD-013). In other rooms each is an entry at once.
/// </summary>
internal sealed class ReactionGatherer(HubClock clock, AmendmentBook book, EntryWriter entries, RoomDirectory directory, Principal server)
{
    /// <summary>The most members of a room in which each reaction is an entry at once.</summary>
    public const int MaxMembers = 64;

    /// <summary>The most changes of one entry, which with their names fit into any limit <c>frame</c>.</summary>
    private const int MaxChanges = 48;

    /// <summary>In milliseconds.</summary>
    private const long Delay = 250;

    private readonly Dictionary<(ulong Room, ulong Target), Gathering> _open = [];
    private readonly Queue<Gathering> _due = new();

    /// <summary>When the first of the gathered reactions are appended, on the monotonic clock; null if there are none.</summary>
    public long? NextDue => _due.TryPeek(out var next) ? next.Due : null;

    public bool IsIdle => _due.Count == 0;

    /// <summary>The message as it will be with what is gathered.</summary>
    public StoredMessage With(Room room, StoredMessage message, Principal asker)
    {
        if (!_open.TryGetValue((room.Id, message.Target), out var gathering))
            return message;
        var own = message.Own.ToList();
        foreach (var change in gathering.Changes.Where(change => change.Principal == asker.Id))
            Apply(own, change);
        return message with { Amendment = Merge(gathering), Own = own };
    }

    /// <summary>A principal reacts to a message, or does not any more.</summary>
    /// <param name="session">The session that asks.</param>
    /// <param name="react">The request.</param>
    /// <param name="room">The room.</param>
    /// <param name="message">The message without what is gathered.</param>
    /// <param name="own">The principal's other reactions, with what is gathered.</param>
    public void Add(Session session, React react, Room room, StoredMessage message, IReadOnlyList<string> own)
    {
        var author = session.Principal!;
        if (!_open.TryGetValue((room.Id, message.Target), out var gathering))
        {
            gathering = new Gathering(room, message.Amendment ?? new AmendmentRecord(room.Id, message.Target), clock.Ticks + Delay);
            _open.Add((room.Id, message.Target), gathering);
            _due.Enqueue(gathering);
            room.Pins++;
        }
        gathering.Changes.Add(new ReactionChange(author.Id, author.Name.Text, react.Reaction, react.On));
        gathering.Waiting.Add((session, react.Id, author, own));
        if (room.Members.Count <= MaxMembers || gathering.Changes.Count == MaxChanges)
            Append(gathering);
        // What was appended at once is at the end of the queue, unless something else waits.
        while (_due.TryPeek(out var first) && first.IsAppended)
            _due.Dequeue();
    }

    /// <summary>Something else amends a message: the reactions that are gathered go first.</summary>
    public void Append(Room room, ulong target)
    {
        if (_open.TryGetValue((room.Id, target), out var gathering))
            Append(gathering);
    }

    /// <summary>Appends those that are due.</summary>
    public void Look() => AppendUntil(clock.Ticks);

    /// <summary>The server is about to stop.</summary>
    public void Drain() => AppendUntil(long.MaxValue);

    /// <summary>A batch was lost, on whose amendments those that are gathered were made.</summary>
    public void NotStored()
    {
        foreach (var gathering in _open.Values.ToList())
            Refuse(gathering, (session, id) => session.RefuseUnstored(id));
    }

    private void AppendUntil(long time)
    {
        while (_due.TryPeek(out var gathering) && (gathering.IsAppended || gathering.Due <= time))
        {
            _due.Dequeue();
            if (!gathering.IsAppended)
                Append(gathering);
        }
    }

    private void Append(Gathering gathering)
    {
        if (gathering.Room.IsRemoved)
        {
            Refuse(gathering, (session, id) => session.RefuseAsRemoved(id));
            return;
        }
        Close(gathering);
        var (room, record, from) = (gathering.Room, Merge(gathering), AuthorOf(gathering));
        List<ReactionCount> counts = [.. gathering.Changes.Select(change => change.Reaction).Distinct().Select(reaction => new ReactionCount(reaction, CountOf(record, reaction)))];
        Reacted? entry = null;
        entries.Append(room, from, (seq, time) => entry = new Reacted(room.Id, seq, time, from.Id, from.Name.Text, record.Seq, counts, gathering.Changes), clock.Now, out var seq, out var time);
        directory.MarkUsed(room);
        book.Keep(gathering.Base.With(entry!));
        for (var i = 0; i < gathering.Waiting.Count; i++)
        {
            var (session, id, author, own) = gathering.Waiting[i];
            var change = gathering.Changes[i];
            var all = own.ToList();
            Apply(all, change);
            book.KeepOwn(new ReactionRecord(room.Id, record.Seq, author.Id, change.Name, change.Reaction), change.On, all);
            entries.Await(new WaitingPost(session, id, room, seq, time, Counters: null));
        }
    }

    private void Refuse(Gathering gathering, Action<Session, ulong> refuse)
    {
        Close(gathering);
        foreach (var (session, id, _, _) in gathering.Waiting)
            refuse(session, id);
    }

    private void Close(Gathering gathering)
    {
        gathering.IsAppended = true;
        gathering.Room.Pins--;
        _open.Remove((gathering.Room.Id, gathering.Base.Seq));
    }

    /// <summary>One principal's reactions are its own entry; what several have done is told by the server.</summary>
    private Principal AuthorOf(Gathering gathering) =>
        gathering.Waiting.TrueForAll(one => one.Author == gathering.Waiting[0].Author) ? gathering.Waiting[0].Author : server;

    private static AmendmentRecord Merge(Gathering gathering)
    {
        var record = gathering.Base;
        foreach (var change in gathering.Changes)
        {
            var count = CountOf(record, change.Reaction);
            record = record.WithCount(new ReactionCount(change.Reaction, change.On ? count + 1 : count - Math.Min(count, 1)));
        }
        return record;
    }

    private static ulong CountOf(AmendmentRecord record, string reaction) => record.Reactions.FirstOrDefault(one => one.Reaction == reaction).Count;

    private static void Apply(List<string> own, ReactionChange change)
    {
        if (change.On)
            own.Add(change.Reaction);
        else
            own.Remove(change.Reaction);
    }

    private sealed class Gathering(Room room, AmendmentRecord record, long due)
    {
        public Room Room { get; } = room;

        /// <summary>What has become of the message without what is gathered.</summary>
        public AmendmentRecord Base { get; } = record;

        public long Due { get; } = due;

        public List<ReactionChange> Changes { get; } = [];

        /// <summary>Who waits for each of the changes, with its other reactions.</summary>
        public List<(Session Session, ulong Id, Principal Author, IReadOnlyList<string> Own)> Waiting { get; } = [];

        public bool IsAppended { get; set; }
    }
}
