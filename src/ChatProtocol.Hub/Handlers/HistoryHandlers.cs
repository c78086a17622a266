namespace ChatProtocol.Hub;

/// <summary>A page that a session waits for.</summary>
/// <param name="Session">The session that waits.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Room">The room.</param>
/// <param name="IsOpen">Whether the page reaches up to the head as it is when the page is sent.</param>
/// <param name="Query">The query to the log.</param>
internal sealed record PageWait(Session Session, ulong Id, Room Room, bool IsOpen, EntryQuery Query)
{
    private readonly ulong _planned = Room.Committed;

    /// <summary>
    /// The room's end as the page tells it: from the high end down, the head that the query was planned with, or entries
    /// between would be missed.
    /// </summary>
    public ulong Head => Query.FromHigh ? _planned : Room.Committed;
}

/// <summary>Pages of a room's history, sent as they were stored.</summary>
internal sealed class HistoryHandlers(HubOptions options, IRoomLog log, LongReplies longReplies, RoomAccess access) : IVerbHandlers
{
    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfLong<History>(Permissions.See, History, (session, history) => needs.Room(session, history.Room), reads: (session, history) => access.Reading(session, history.Room)),
    ];

    public void History(Session session, History history)
    {
        if (access.Find(session, history.Id, history.Room) is not { } room)
            return;
        if (history is { Before: not null, After: not null })
        {
            session.Refuse(history.Id, ErrorCode.InvalidValue, "give before or after, not both", field: "after");
            return;
        }
        if (history.Count < 1 || history.Count > options.Limits.Page)
        {
            session.Refuse(history.Id, ErrorCode.InvalidValue, $"count is 1 to {options.Limits.Page}", (ulong)options.Limits.Page, "count");
            return;
        }
        var query = Plan(session, history, room);
        var page = new PageWait(session, history.Id, room, IsOpen: history is { Before: null, Until: null }, query);
        if (query.Range.IsEmpty)
        {
            SendEmpty(page);
            return;
        }
        Read(page);
    }

    private void Read(PageWait page)
    {
        page.Session.AwaitsPage = true;
        page.Room.Pins++;
        log.Read(new EntryRead(page.Query, found => ReadDone(page, found)));
    }

    private void ReadDone(PageWait page, EntryResult? found)
    {
        page.Session.AwaitsPage = false;
        page.Room.Pins--;
        Answer(page, found);
        longReplies.GoOn(page.Session);
    }

    /// <summary>
    /// The entries follow the page directly (CP-HIS-002), damaged ranges come behind them (CP-HIS-010); the segments' bytes
    /// are sent as they are.
    /// </summary>
    private void Answer(PageWait page, EntryResult? found)
    {
        var session = page.Session;
        // The room may have been removed while the page was read, and the asker banned from it.
        if (session.IsClosed || access.Find(session, page.Id, page.Room.Id) is null)
            return;
        if (found is null)
        {
            session.Refuse(page.Id, ErrorCode.LogUnavailable, "these entries cannot be read just now; try again", retryAfter: 1000);
            return;
        }
        // Entries of the range may have expired meanwhile, and a log may have read more than the entries that are wanted.
        var oldest = Math.Max(found.Range.First, page.Room.Oldest);
        var wanted = found.Range.Take(page.Query.MaxEntries, page.Query.FromHigh);
        var runs = PageBounds.Fit(EntryRun.Within(found.Runs, Math.Max(wanted.First, oldest), wanted.Last), found.Amendments, page.Query);
        var end = page.IsOpen ? page.Head : found.Range.Last;
        if (runs.Count == 0)
        {
            // The first entry behind the expired ones is the answer (CP-HIS-007); nothing is before it.
            if (!page.Query.FromHigh && oldest > found.Range.First && oldest <= end)
                Read(page with { Query = page.Query with { Range = new SeqRange(oldest, end), Since = null, Until = null } });
            else
                SendEmpty(page);
            return;
        }
        // A page holds the part of the range that was read; the rest, beyond its size, is the next page.
        var more = page.Query.FromHigh ? runs[0].First > oldest : runs[^1].Last < end;
        Send(page, runs, found.Amendments, more);
    }

    private static void Send(PageWait page, List<EntryRun> runs, IReadOnlyList<Amended> amendments, bool more)
    {
        var session = page.Session;
        var damaged = runs.FindAll(run => run.Segment is null);
        var count = runs.Sum(run => run.Segment is null ? 0 : (int)(run.Last - run.First + 1));
        List<Amended> amended = [.. amendments.Where(one => one.Seq >= runs[0].First && one.Seq <= runs[^1].Last && page.Room.Committed >= one.Seq)];
        session.Reply(new Page(page.Id, page.Room.Id, page.Room.Record.Epoch, count, page.Head, more, damaged.Count, amended.Count));
        foreach (var run in runs)
            if (run.Segment is { } segment)
                session.Send(segment, segment.IndexOf(run.First), (int)(run.Last - run.First + 1));
        foreach (var run in damaged)
            session.Reply(new Gap(page.Room.Id, run.First, run.Last, GapReason.Damaged));
        foreach (var message in amended)
            session.Reply(message);
    }

    /// <summary>
    /// Upwards from the low end where the request gives one, by seq or by time; otherwise down from the high end
    /// (CP-HIS-001, 006).
    /// </summary>
    private EntryQuery Plan(Session session, History history, Room room)
    {
        var low = Math.Max(history.After + 1 ?? 1, room.Oldest);
        var high = Math.Min(history.Before is { } before ? before - Math.Min(before, 1) : room.Committed, room.Committed);
        return new EntryQuery(room.Id, new SeqRange(low, high))
        {
            MaxBytes = PageBounds.MaxBytes,
            AmendmentsFor = session.Principal!.Id,
            FromHigh = history.Before is not null || (history.After ?? history.Since) is null,
            MaxEntries = (ulong)options.Limits.Page,
            Count = (ulong)history.Count,
            Since = history.Since,
            Until = history.Until,
        };
    }

    private static void SendEmpty(PageWait page) =>
        page.Session.Reply(new Page(page.Id, page.Room.Id, page.Room.Record.Epoch, 0, page.Head, More: false));
}
