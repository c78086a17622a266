namespace ChatProtocol.Hub;

/// <summary>
/// The making of one list of what is unread (CP-MRK-008): the rooms are those in memory and those that the log has found, counted one after another
/// until the page is full.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="directory">The rooms in memory.</param>
/// <param name="counter">Counts.</param>
/// <param name="session">The asker.</param>
/// <param name="maxItems">The most items of a page.</param>
/// <param name="again">Begins anew behind an id, up to which no room is to be shown.</param>
internal sealed class UnreadRun(HubClock clock, RoomDirectory directory, UnreadCounter counter, Session session, int maxItems, Action<ulong> again)
{
    private readonly Principal _principal = session.Principal!;
    private readonly List<(UnreadQuestion Asked, UnreadCount Found)> _items = [];
    private Queue<UnreadQuestion> _left = new();
    private ulong _through = ulong.MaxValue;
    private int _bytes;
    private bool _hasFailed;

    /// <summary>The query for the rooms that are not in memory.</summary>
    public DirectoryQuery.RoomsOwnedBy Query(ulong after) => new(
        _principal.Id, after, maxItems + 1, [.. MarkedAfter(after).Where(room => directory.Find(room) is null).Take(maxItems + 1)]);

    /// <summary>Counts, and replies.</summary>
    /// <param name="unread">The request.</param>
    /// <param name="stored">What the log has found.</param>
    /// <param name="done">Called behind the reply, at once or in a later turn.</param>
    public void Count(Unread unread, DirectoryResult stored, Action done)
    {
        var rooms = new SortedDictionary<ulong, UnreadQuestion>();
        Add(rooms, stored.Rooms, room => room.Id, room => Rights.Sees(_principal, room, clock.Now, session.Token) ? UnreadQuestion.Of(room, _principal) : null);
        Add(rooms, directory.Listed.OwnedBy(_principal, unread.After).Where(room => room.Committed > 0).Take(maxItems + 1), room => room.Id, Ask);
        Add(rooms, MarkedAfter(unread.After).Select(directory.Find).OfType<Room>().Take(maxItems + 1), room => room.Id, Ask);
        // Behind the end of a source that has more, rooms of it would be missing.
        _left = new Queue<UnreadQuestion>(rooms.Where(room => room.Key <= _through).Select(room => room.Value));
        GoOn(unread, done);
    }

    private IEnumerable<ulong> MarkedAfter(ulong after) => _principal.Markers?.After(after).Select(marker => marker.Room) ?? [];

    private UnreadQuestion? Ask(Room room) =>
        Rights.Of(_principal, room, clock.Now, session.Token).Include(Permissions.See) ? UnreadQuestion.Of(room, _principal) : null;

    /// <summary>Adds the rooms of a source, of which those in memory come last, as they are newer.</summary>
    private void Add<T>(SortedDictionary<ulong, UnreadQuestion> rooms, IEnumerable<T> source, Func<T, ulong> idOf, Func<T, UnreadQuestion?> ask)
    {
        var (count, last) = (0, 0ul);
        foreach (var one in source)
        {
            (count, last) = (count + 1, idOf(one));
            if (ask(one) is { Head: > 0 } question)
                rooms[last] = question;
            else
                rooms.Remove(last);
        }
        if (count > maxItems)
            _through = Math.Min(_through, last);
    }

    private void GoOn(Unread unread, Action done)
    {
        while (_items.Count < maxItems && _bytes < UnreadCounter.MaxBytes && _left.TryDequeue(out var asked))
        {
            var (isMade, isLate) = (false, false);
            counter.Count(asked, found =>
            {
                isMade = true;
                if (found is not { } count)
                {
                    _hasFailed = true;
                    session.RefuseAsUnread(unread.Id);
                    done();
                    return;
                }
                _bytes += count.Bytes;
                _items.Add((asked, count));
                if (isLate)
                    GoOn(unread, done);
            });
            isLate = !isMade;
            if (isLate || _hasFailed)
                return;
        }
        Finish(unread, done);
    }

    private UnreadListItem ToItem(UnreadQuestion asked, UnreadCount found)
    {
        var state = UnreadState.Of(asked, found, directory.Find(asked.Room) is { } room ? MarkerBook.Find(_principal, room.Record) : asked.Marker);
        return new UnreadListItem(asked.Room, state.Marker, state.Unread, state.IsExact, state.Head);
    }

    private void Finish(Unread unread, Action done)
    {
        var more = _left.Count > 0 || _through < ulong.MaxValue;
        // An empty page would not say where to go on.
        if (_items.Count == 0 && more)
        {
            done();
            again(_through);
            return;
        }
        session.Reply(new UnreadList(unread.Id, [.. _items.Select(item => ToItem(item.Asked, item.Found))], more));
        done();
    }
}
