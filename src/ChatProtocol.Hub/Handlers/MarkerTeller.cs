namespace ChatProtocol.Hub;

/// <summary>
/// Tells the sessions of a principal how far it has read by now: at once, and at most every 250 ms where it reads on (CP-MRK-005), so that many
/// marks cost no more than few.
/// </summary>
internal sealed class MarkerTeller(HubClock clock, StepCounter steps, SlowWork slowWork, SessionRegistry sessions, RoomDirectory directory, RoomAccess access, UnreadCounter counter)
{
    /// <summary>The least time between two tellings of one principal's sessions, in milliseconds.</summary>
    private const long Interval = 250;

    private readonly PriorityQueue<Principal, long> _due = new();

    /// <summary>When somebody is to be told, on the monotonic clock; null if nobody is.</summary>
    public long? NextDue => _due.TryPeek(out _, out var due) ? due : null;

    /// <summary>A marker has moved.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="room">The room, which stays in memory until the others are told.</param>
    /// <param name="by">The session that has moved it, and knows; null if it was an entry.</param>
    public void Moved(Principal principal, Room room, Session? by)
    {
        if (sessions.Of(principal).Count < 2)
            return;
        var news = principal.MarkerNews ??= new MarkerNews();
        var number = by?.Id ?? 0;
        if (news.MovedBy.TryAdd(room.Id, number))
            room.Pins++;
        else if (news.MovedBy[room.Id] != number)
            news.MovedBy[room.Id] = 0;
        if (news.IsQueued)
            return;
        news.IsQueued = true;
        if (news.ToldAt + Interval <= clock.Ticks)
            Tell(principal, news);
        else
            _due.Enqueue(principal, news.ToldAt + Interval);
    }

    /// <summary>Tells those whose time has come, until the steps are used up.</summary>
    public void Look(long until)
    {
        while (steps.Count < until && NextDue <= clock.Ticks)
        {
            var principal = _due.Dequeue();
            Tell(principal, principal.MarkerNews!);
        }
    }

    private void Tell(Principal principal, MarkerNews news)
    {
        var moved = news.MovedBy;
        (news.IsQueued, news.ToldAt, news.MovedBy) = (false, clock.Ticks, []);
        slowWork.Begin(TellAll(principal, moved));
    }

    private IEnumerable<bool> TellAll(Principal principal, Dictionary<ulong, ulong> moved)
    {
        foreach (var (id, by) in moved)
        {
            // A room that was removed has no pins to take off.
            if (directory.Find(id) is not { } room)
                continue;
            var asked = UnreadQuestion.Of(room, principal);
            counter.Count(asked, found =>
            {
                room.Pins--;
                slowWork.Begin(TellEach(principal, room, by, asked, found ?? new UnreadCount(asked.Head - asked.Marker, IsExact: false, 0)));
            });
            yield return true;
        }
    }

    private IEnumerable<bool> TellEach(Principal principal, Room room, ulong by, UnreadQuestion asked, UnreadCount found)
    {
        foreach (var session in sessions.Of(principal).ToArray())
        {
            if (session.Id != by && session.IsReady && !room.IsRemoved && access.Includes(session, room, Permissions.See))
            {
                var state = UnreadState.Of(asked, found, MarkerBook.Find(principal, room.Record));
                session.Reply(new Marker(room.Id, state.Marker, state.Unread, state.IsExact, state.Head));
            }
            yield return true;
        }
    }
}
