namespace ChatProtocol.Hub;

/// <summary>Mark-read and unread: how far a principal has read, on whatever device, and what it has not.</summary>
internal sealed class MarkerHandlers(
    HubOptions options, HubClock clock, DirectoryLookups lookups, RoomDirectory directory, RoomAccess access, LongReplies longReplies, MarkerBook markers, MarkerTeller teller,
    UnreadCounter counter) : IVerbHandlers
{
    /// <summary>The most items of one answer, each of 64 bytes at most (CP-MRK-012).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 64);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfLong<MarkRead>(Permissions.See, MarkRead, (session, mark) => needs.Room(session, mark.Room), reads: (session, mark) => access.Reading(session, mark.Room)),
        Verb.OfLong<Unread>(Permissions.See, Unread),
    ];

    public void MarkRead(Session session, MarkRead mark)
    {
        if (access.Find(session, mark.Id, mark.Room) is not { } room)
            return;
        if (mark.Seq > room.Committed)
        {
            session.Refuse(mark.Id, ErrorCode.CursorAhead, $"the room's last entry is {room.Committed}", room.Committed, "seq");
            return;
        }
        if (markers.TryMove(session.Principal!, room.Record, mark.Seq))
            teller.Moved(session.Principal!, room, session);
        Answer(session, mark, room);
    }

    /// <summary>An entry is read by whoever has said it, if it says how far it has read at all (CP-MRK-006).</summary>
    public void Said(IReadOnlyList<(Room Room, Principal From, ulong Seq)> entries)
    {
        foreach (var (room, from, seq) in entries)
            if (markers.TryMove(from, room.Record, seq))
                teller.Moved(from, room, by: null);
    }

    public void Unread(Session session, Unread unread)
    {
        var run = new UnreadRun(clock, directory, counter, session, _maxItems, after => Unread(session, unread with { After = after }));
        if (lookups.IsWhole)
        {
            Wait(session, done => run.Count(unread, new DirectoryResult(), done));
            return;
        }
        session.AwaitsPage = true;
        lookups.Ask(run.Query(unread.After), found =>
        {
            session.AwaitsPage = false;
            if (found is null)
                session.RefuseAsUnread(unread.Id);
            else if (!session.IsClosed)
                Wait(session, done => run.Count(unread, found, done));
            longReplies.GoOn(session);
        });
    }

    private void Answer(Session session, MarkRead mark, Room room)
    {
        var asked = UnreadQuestion.Of(room, session.Principal!);
        room.Pins++;
        Wait(session, done => counter.Count(asked, found =>
        {
            room.Pins--;
            // The room may have been removed meanwhile, and the asker banned from it.
            if (!session.IsClosed && access.Find(session, mark.Id, room.Id) is not null)
            {
                if (found is null)
                    session.RefuseAsUnread(mark.Id);
                else if (UnreadState.Of(asked, found.Value, MarkerBook.Find(session.Principal!, room.Record)) is var state)
                    session.Reply(new Marked(mark.Id, state.Marker, state.Unread, state.IsExact, state.Head));
            }
            done();
        }));
    }

    /// <summary>Holds back the session's other long replies until this one is made, where that takes reading.</summary>
    private void Wait(Session session, Action<Action> answer)
    {
        var (isMade, isLate) = (false, false);
        session.AwaitsPage = true;
        answer(() =>
        {
            isMade = true;
            session.AwaitsPage = false;
            if (isLate)
                longReplies.GoOn(session);
        });
        isLate = !isMade;
    }
}
