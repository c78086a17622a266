namespace ChatProtocol.Hub;

/// <summary>A page that a session waits for.</summary>
/// <param name="Session">Whose it is.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Room">The room.</param>
/// <param name="IsOpen">Whether it reaches up to whatever the head is when it is sent.</param>
/// <param name="FromHigh">Whether it was found from the high end down.</param>
internal sealed record PageWait(Session Session, ulong Id, Room Room, bool IsOpen, bool FromHigh)
{
    private readonly ulong _planned = Room.Committed;

    /// <summary>What the page tells as the room's end: from the high end down the one that it was found by, or entries between would be missed.</summary>
    public ulong Head => FromHigh ? _planned : Room.Committed;
}

/// <summary>Pages of a room's past, sent as they were stored.</summary>
internal sealed class HistoryHandlers(HubState hub, RoomHandlers rooms)
{
    public void History(Session session, History history)
    {
        if (rooms.FindById(session, history.Id, history.Room) is not { } room)
            return;
        if (history is { Before: not null, After: not null })
        {
            session.Refuse(history.Id, ErrorCode.InvalidValue, "give before or after, not both", field: "after");
            return;
        }
        if (history.Count < 1 || history.Count > hub.Options.Limits.Page)
        {
            session.Refuse(history.Id, ErrorCode.InvalidValue, $"count is 1 to {hub.Options.Limits.Page}", (ulong)hub.Options.Limits.Page, "count");
            return;
        }
        var read = Plan(history, room);
        var page = new PageWait(session, history.Id, room, IsOpen: history is { Before: null, Until: null }, read.FromHigh);
        if (read.Low > read.High)
        {
            SendEmpty(page);
            return;
        }
        session.AwaitsPage = true;
        hub.Log.Read(read with { Owner = page });
    }

    /// <summary>The entries follow the page directly (CP-HIS-002); the segments' bytes are sent as they are.</summary>
    public static void ReadDone(PageWait page, LogRead read, IReadOnlyList<Segment> segments)
    {
        var session = page.Session;
        session.AwaitsPage = false;
        if (session.IsClosed)
            return;
        if (page.Room.IsRemoved)
        {
            HubState.RefuseAsRemoved(session, page.Id);
            return;
        }
        // What was in the range may have expired meanwhile.
        if (read.Low > read.High || segments.Count == 0 && read.Last < page.Room.Oldest)
        {
            SendEmpty(page);
            return;
        }
        if (segments.Count == 0)
        {
            session.Refuse(page.Id, ErrorCode.LogUnavailable, "these entries cannot be read just now; try again", retryAfter: 1000);
            return;
        }
        // A page holds what was read of the range; the rest, beyond its size, is the next page.
        var low = Math.Max(read.First, segments[0].First);
        var high = Math.Min(read.Last, segments[^1].Last);
        var more = read.FromHigh ? low > read.Low : high < (page.IsOpen ? page.Head : read.High);
        session.Reply(new Page(page.Id, page.Room.Id, page.Room.Record.Epoch, (int)(high - low + 1), page.Head, more));
        foreach (var segment in segments)
        {
            // A log may have read more than the entries that are wanted.
            var first = Math.Max(low, segment.First);
            var last = Math.Min(high, segment.Last);
            if (first <= last)
                session.Peer.Send(segment, segment.IndexOf(first), (int)(last - first + 1));
        }
    }

    /// <summary>From the low end on where that is given, by seq or by time; from the high end down otherwise (CP-HIS-001, 006).</summary>
    private static LogRead Plan(History history, Room room)
    {
        var low = Math.Max(history.After + 1 ?? 1, room.Oldest);
        var high = Math.Min(history.Before is { } before ? before - Math.Min(before, 1) : room.Committed, room.Committed);
        var fromHigh = history.Before is not null || (history.After ?? history.Since) is null;
        return new LogRead(room.Id, low, high, Segment.MaxBytes, fromHigh) { Count = (ulong)history.Count, Since = history.Since, Until = history.Until };
    }

    private static void SendEmpty(PageWait page) =>
        page.Session.Reply(new Page(page.Id, page.Room.Id, page.Room.Record.Epoch, 0, page.Head, More: false));
}
